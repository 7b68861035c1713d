output "queue_arn" {
  description = "ARN of the job queue."
  value       = aws_batch_job_queue.training.arn
}

output "queue_name" {
  description = "Name of the job queue."
  value       = aws_batch_job_queue.training.name
}

output "definition_name" {
  description = "Name of the job definition; its newest revision is used."
  value       = aws_batch_job_definition.worker.name
}

output "definition_arn_prefix" {
  description = "ARN of the job definition without its revision."
  value       = aws_batch_job_definition.worker.arn_prefix
}

output "repository_url" {
  description = "Where to push the training image."
  value       = aws_ecr_repository.worker.repository_url
}
