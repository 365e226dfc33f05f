variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "vpc_id" {
  description = "VPC that the endpoints are in."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets that hold the network interfaces, one per Availability Zone."
  type        = list(string)
}

variable "client_cidr_blocks" {
  description = "Address ranges that may call the endpoints."
  type        = list(string)
}

variable "services" {
  description = "Endpoints to create, by short service name; service_name where the full name is not com.amazonaws.<region>.<short name>."
  type = map(object({
    service_name = optional(string)
    policy       = optional(string)
  }))
}
