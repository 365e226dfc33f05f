variable "region" {
  description = "Region to deploy to."
  type        = string
  default     = "eu-central-1"
}

variable "environment" {
  description = "Name of the environment, part of every name."
  type        = string
}

variable "cidr_block" {
  description = "Address range of the VPC."
  type        = string
  default     = "10.60.0.0/20"
}

variable "network_access_type" {
  description = "How apps of the domain reach the network."
  type        = string
  default     = "VpcOnly"

  validation {
    condition     = contains(["VpcOnly", "PublicInternetOnly"], var.network_access_type)
    error_message = "Use VpcOnly or PublicInternetOnly."
  }
}

variable "analysts" {
  description = "Names of the people who get a user profile."
  type        = set(string)
  default     = ["ada", "grace"]
}
