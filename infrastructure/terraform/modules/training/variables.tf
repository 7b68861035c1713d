variable "name" {
  description = "What the names of the resources begin with."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "image" {
  description = "Image of the training container, with its tag or digest."
  type        = string
}

variable "cpu_architecture" {
  description = "Processor of the training containers."
  type        = string

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "The architecture is X86_64 or ARM64."
  }
}

variable "max_vcpus" {
  description = "Processors of all trainings together; each takes two, more wait in the queue."
  type        = number

  validation {
    condition     = var.max_vcpus >= 2
    error_message = "One training needs two processors."
  }
}

variable "attempt_seconds" {
  description = "Time limit of an attempt whose submission names none."
  type        = number
}

variable "environment" {
  description = "Environment of the worker; the job specification comes with each submission."
  type        = map(string)
}

variable "subnet_ids" {
  description = "Subnets of the containers."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the containers."
  type        = string
}

variable "bucket_arn" {
  description = "Bucket of data and models."
  type        = string
}

variable "table_arns" {
  description = "Tables of the records."
  type        = list(string)
}

variable "event_bus_arn" {
  description = "Bus that outcomes are told to."
  type        = string
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
}

variable "force_destroy" {
  description = "Let destroy remove images as well."
  type        = bool
}
