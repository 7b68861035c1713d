variable "name" {
  description = "What the names of the resources begin with."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "api_id" {
  description = "API to watch."
  type        = string
}

variable "stage" {
  description = "Stage of the API."
  type        = string
}

variable "function_names" {
  description = "Functions to watch."
  type        = list(string)
}

variable "failed_events_queue" {
  description = "Queue of events that no function could deal with."
  type        = string
}


variable "failed_rule" {
  description = "Rule that sees trainings fail."
  type        = string
}

variable "alarm_email" {
  description = "Who is told of alarms; empty for nobody."
  type        = string
}

variable "monthly_budget" {
  description = "US dollars a month after which the budget alarms."
  type        = number

  validation {
    condition     = var.monthly_budget > 0
    error_message = "A budget is more than 0 dollars."
  }
}

variable "budget" {
  description = "Make the budget."
  type        = bool
}

variable "dashboard" {
  description = "Make the dashboard."
  type        = bool
}
