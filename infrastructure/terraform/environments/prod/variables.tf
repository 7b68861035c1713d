variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-central-1"
}

variable "lambda_zip" {
  description = "The zip of make lambda-zip."
  type        = string
  default     = "../../../../build/lambda.zip"
}

variable "reader_zip" {
  description = "The layer of make lambda-zip, which reads files."
  type        = string
  default     = "../../../../build/reader-layer.zip"
}

variable "lambda_runtime" {
  description = "Lambda runtime; the one that the zip was built for."
  type        = string
  default     = "python3.13"
}

variable "lambda_architecture" {
  description = "Processor of the functions; the one that the zip was built for."
  type        = string
  default     = "arm64"
}

variable "api_memory_mb" {
  description = "Memory of the API function in MiB."
  type        = number
  default     = 2048
}

variable "provisioned_concurrency" {
  description = "Instances of the API that are always warm (paid by the hour); 0 for none."
  type        = number
  default     = 0
}

variable "inline_analysis_bytes" {
  description = "Files up to this size are read within the request."
  type        = number
  default     = 8388608
}

variable "batch_retention_days" {
  description = "Days after which a batch of rows and its results are deleted; 0 keeps them."
  type        = number
  default     = 0
}

variable "webhook_hosts" {
  description = "Hosts with private addresses that webhooks of alerts may call; public ones need no entry."
  type        = list(string)
  default     = []
}

variable "worker_image" {
  description = "Image of the training container; empty before the first one is pushed."
  type        = string
  default     = ""
}

variable "worker_architecture" {
  description = "Processor of the training containers."
  type        = string
  default     = "X86_64"
}

variable "max_vcpus" {
  description = "Processors of all trainings together; each takes two."
  type        = number
  default     = 32
}

variable "create_vpc" {
  description = "Make a VPC for the training containers; false takes the default VPC."
  type        = bool
  default     = true
}

variable "auth" {
  description = "Who may call the API: none, iam or jwt."
  type        = string
  default     = "iam"
}

variable "jwt_issuer" {
  description = "Issuer URL of the tokens."
  type        = string
  default     = ""
}

variable "jwt_audience" {
  description = "Audiences of the tokens."
  type        = list(string)
  default     = []
}

variable "throttle_rate" {
  description = "Requests a second of all callers together."
  type        = number
  default     = 200
}

variable "throttle_burst" {
  description = "Requests at the same moment of all callers together."
  type        = number
  default     = 400
}

variable "web_hosting" {
  description = "amplify, static or none."
  type        = string
  default     = "none"
}

variable "web_repository" {
  description = "HTTPS address of the Git repository, for Amplify."
  type        = string
  default     = ""
}

variable "web_branch" {
  description = "Branch that Amplify publishes."
  type        = string
  default     = "main"
}

variable "web_access_token" {
  description = "Token with which Amplify reads the repository."
  type        = string
  sensitive   = true
  default     = ""
}

variable "web_origins" {
  description = "Further sites whose pages may call the API and upload files."
  type        = list(string)
  default     = []
}

variable "domain_name" {
  description = "Name of the API; empty for the one that AWS gives."
  type        = string
  default     = ""
}

variable "zone_id" {
  description = "Route 53 zone of the domain name."
  type        = string
  default     = ""
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 90

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 400], var.log_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 180, 365 or 400 days."
  }
}

variable "noncurrent_days" {
  description = "Days after which deleted objects are gone for good."
  type        = number
  default     = 30
}

variable "alarm_email" {
  description = "Who is told of alarms; empty for nobody."
  type        = string
  default     = ""
}

variable "monthly_budget" {
  description = "US dollars a month after which the budget alarms."
  type        = number
  default     = 100
}

variable "budget" {
  description = "Make the budget."
  type        = bool
  default     = true
}

variable "dashboard" {
  description = "Make the dashboard."
  type        = bool
  default     = true
}

variable "tracing" {
  description = "Send traces to X-Ray."
  type        = bool
  default     = true
}

variable "force_destroy" {
  description = "Let destroy remove data, models and images as well; for trials only."
  type        = bool
  default     = false
}

variable "emulator" {
  description = "Addresses of an AWS emulator instead of AWS, for trials without an account; null for AWS."
  type        = object({ url = string, batch_url = optional(string) })
  default     = null
}
