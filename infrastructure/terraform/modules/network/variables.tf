variable "name" {
  description = "What the names of the resources begin with."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "create" {
  description = "Make a VPC; false takes the default VPC of the region."
  type        = bool
}

variable "cidr" {
  description = "Addresses of the VPC that is made."
  type        = string
  default     = "10.40.0.0/20"

  validation {
    condition     = can(cidrhost(var.cidr, 0))
    error_message = "Write the addresses as 10.40.0.0/20."
  }
}
