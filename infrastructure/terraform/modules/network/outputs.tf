output "subnet_ids" {
  description = "Subnets of the training containers."
  value       = var.create ? aws_subnet.public[*].id : data.aws_subnets.default[0].ids
}

output "security_group_id" {
  description = "Security group of the training containers."
  value       = aws_security_group.training.id
}
