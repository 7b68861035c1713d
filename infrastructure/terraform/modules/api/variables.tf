variable "name" {
  description = "What the names of the resources begin with."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "account_id" {
  description = "AWS account."
  type        = string
}

variable "partition" {
  description = "AWS partition: aws, aws-cn or aws-us-gov."
  type        = string
}

variable "zip" {
  description = "The zip of make lambda-zip."
  type        = string
}

variable "reader_zip" {
  description = "The layer of make lambda-zip, which reads files."
  type        = string
}

variable "runtime" {
  description = "Lambda runtime; the one that the zip was built for."
  type        = string

  validation {
    condition     = can(regex("^python3[.][0-9]+$", var.runtime))
    error_message = "The runtime is python3 and a minor version, such as python3.13."
  }
}

variable "architecture" {
  description = "Processor of the functions; the one that the zip was built for."
  type        = string

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64."
  }
}

variable "api_memory_mb" {
  description = "Memory of the API function in MiB; processor time grows with it."
  type        = number

  validation {
    condition     = var.api_memory_mb >= 512 && var.api_memory_mb <= 10240
    error_message = "The API needs 512 to 10240 MiB."
  }
}

variable "provisioned_concurrency" {
  description = "Instances of the API that are always warm (paid by the hour); 0 for none."
  type        = number

  validation {
    condition     = var.provisioned_concurrency >= 0
    error_message = "Not below 0."
  }
}

variable "inline_analysis_bytes" {
  description = "Files up to this size are read within the request, larger ones by the analyse function."
  type        = number
}

variable "batch_retention_days" {
  description = "Days after which a batch of rows and its results are deleted; 0 keeps them."
  type        = number

  validation {
    condition     = var.batch_retention_days >= 0
    error_message = "Not below 0."
  }
}

variable "environment" {
  description = "Environment of the functions: where store and blobs are."
  type        = map(string)
}

variable "queue_arn" {
  description = "ARN of the training queue."
  type        = string
}

variable "queue_name" {
  description = "Name of the training queue."
  type        = string
}

variable "definition_name" {
  description = "Name of the training job definition."
  type        = string
}

variable "definition_arn_prefix" {
  description = "ARN of the training job definition without its revision."
  type        = string
}

variable "bucket" {
  description = "Bucket of data and models."
  type        = string
}

variable "bucket_arn" {
  description = "ARN of that bucket."
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

variable "stage" {
  description = "Stage of the API, which is the prefix of its paths."
  type        = string
}

variable "auth" {
  description = "Who may call: none (anybody), iam (signed requests) or jwt (tokens of an issuer)."
  type        = string

  validation {
    condition     = contains(["none", "iam", "jwt"], var.auth)
    error_message = "auth is none, iam or jwt."
  }
}

variable "jwt_issuer" {
  description = "Issuer URL of the tokens, for a Cognito user pool https://cognito-idp.REGION.amazonaws.com/POOL."
  type        = string
}

variable "jwt_audience" {
  description = "Audiences (client ids) of the tokens."
  type        = list(string)
}

variable "throttle_rate" {
  description = "Requests a second, on average, of all callers together."
  type        = number
}

variable "throttle_burst" {
  description = "Requests at the same moment, of all callers together."
  type        = number
}

variable "web_origins" {
  description = "Sites whose pages may call the API."
  type        = list(string)
}

variable "domain_name" {
  description = "Name of the API, such as api.example.org; empty for the one that AWS gives."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone of the domain name."
  type        = string
}

variable "tracing" {
  description = "Send traces to X-Ray."
  type        = bool
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
}
