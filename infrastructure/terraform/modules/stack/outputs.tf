output "api_url" {
  description = "Where the API is."
  value       = module.api.url
}

output "api_id" {
  description = "Id of the API."
  value       = module.api.api_id
}

output "web_url" {
  description = "Where the web app is; empty without one."
  value       = module.web.url
}

output "web_bucket" {
  description = "Bucket of the static web app; empty without one."
  value       = module.web.bucket
}

output "web_distribution_id" {
  description = "CloudFront distribution of the static web app; empty without one."
  value       = module.web.distribution_id
}

output "data_bucket" {
  description = "Bucket of data and models."
  value       = module.storage.bucket
}

output "repository_url" {
  description = "Where to push the training image."
  value       = module.training.repository_url
}

output "queue_name" {
  description = "Queue of the trainings."
  value       = module.training.queue_name
}

output "function_names" {
  description = "Names of the functions."
  value       = module.api.function_names
}
