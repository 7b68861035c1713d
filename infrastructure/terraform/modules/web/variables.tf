variable "name" {
  description = "What the names of the resources begin with."
  type        = string
}

variable "hosting" {
  description = "amplify (server-side rendering), static (S3 and CloudFront) or none."
  type        = string

  validation {
    condition     = contains(["amplify", "static", "none"], var.hosting)
    error_message = "hosting is amplify, static or none."
  }
}

variable "repository" {
  description = "HTTPS address of the Git repository, for Amplify."
  type        = string
}

variable "branch" {
  description = "Branch that is published, for Amplify."
  type        = string
}

variable "access_token" {
  description = "Token with which Amplify reads the repository; it keeps none after the connection."
  type        = string
  sensitive   = true
}

variable "api_url" {
  description = "Where the API is."
  type        = string
}

variable "api_domain" {
  description = "Host of the API, for CloudFront."
  type        = string
}

variable "force_destroy" {
  description = "Let destroy remove the published files as well."
  type        = bool
}
