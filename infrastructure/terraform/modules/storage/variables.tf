variable "bucket_name" {
  description = "Name of the bucket for uploads and models, unique in the world."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket name has 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "table_prefix" {
  description = "What the names of the tables begin with."
  type        = string
}

variable "noncurrent_days" {
  description = "Days after which deleted or replaced objects are gone for good."
  type        = number

  validation {
    condition     = var.noncurrent_days >= 1
    error_message = "Deleted objects stay for at least one day."
  }
}

variable "force_destroy" {
  description = "Let destroy remove data as well; for trials only."
  type        = bool
}
