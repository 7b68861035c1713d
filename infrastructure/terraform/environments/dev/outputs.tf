output "api_url" {
  description = "Where the API is."
  value       = module.stack.api_url
}

output "api_id" {
  description = "Id of the API."
  value       = module.stack.api_id
}

output "web_url" {
  description = "Where the web app is; empty without one."
  value       = module.stack.web_url
}

output "web_bucket" {
  description = "Bucket of the static web app; empty without one."
  value       = module.stack.web_bucket
}

output "web_distribution_id" {
  description = "CloudFront distribution of the static web app; empty without one."
  value       = module.stack.web_distribution_id
}

output "data_bucket" {
  description = "Bucket of data and models."
  value       = module.stack.data_bucket
}

output "repository_url" {
  description = "Where to push the training image."
  value       = module.stack.repository_url
}

output "queue_name" {
  description = "Queue of the trainings."
  value       = module.stack.queue_name
}

output "function_names" {
  description = "Names of the functions."
  value       = module.stack.function_names
}
