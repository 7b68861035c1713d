output "url" {
  description = "Where the web app is; empty without one."
  value = (
    local.amplify == 1 ? "https://${var.branch}.${aws_amplify_app.this[0].default_domain}" :
    local.static == 1 ? "https://${aws_cloudfront_distribution.web[0].domain_name}" : ""
  )
}

output "bucket" {
  description = "Bucket of the static build; empty without one."
  value       = local.static == 1 ? aws_s3_bucket.web[0].id : ""
}

output "distribution_id" {
  description = "CloudFront distribution of the static build; empty without one."
  value       = local.static == 1 ? aws_cloudfront_distribution.web[0].id : ""
}
