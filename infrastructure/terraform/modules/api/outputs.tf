output "url" {
  description = "Where the API is."
  value       = var.domain_name == "" ? aws_apigatewayv2_stage.this.invoke_url : "https://${var.domain_name}/${var.stage}"
}

output "api_id" {
  description = "Id of the API."
  value       = aws_apigatewayv2_api.this.id
}

output "domain" {
  description = "Host that AWS gives the API."
  value       = replace(aws_apigatewayv2_api.this.api_endpoint, "https://", "")
}

output "function_names" {
  description = "Names of the functions."
  value       = [for function in aws_lambda_function.this : function.function_name]
}

output "failed_events_queue" {
  description = "Queue of events that no function could deal with."
  value       = aws_sqs_queue.failed_events.name
}

output "failed_rule" {
  description = "Rule that sees trainings fail."
  value       = aws_cloudwatch_event_rule.failed.name
}
