variable "vpc_name" {
  description = "Name tag of the spoke VPC."
  type        = string
}

variable "domain_name" {
  description = "Name of the Studio domain."
  type        = string
  default     = "forecasting"
}

variable "execution_role_arn" {
  description = "ARN of the execution role, made by the security team."
  type        = string
}
