output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.data.id
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.data.arn
}

output "table_arns" {
  description = "ARNs of the tables."
  value       = [for table in aws_dynamodb_table.this : table.arn]
}

output "table_names" {
  description = "Names of the tables."
  value       = [for table in aws_dynamodb_table.this : table.name]
}
