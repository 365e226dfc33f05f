variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "cidr_block" {
  description = "Address range of the VPC."
  type        = string
}

variable "zone_count" {
  description = "Number of Availability Zones to use."
  type        = number
  default     = 2
}

variable "interface_services" {
  description = "Short names of the services to reach through interface endpoints."
  type        = list(string)
}

variable "artifact_buckets" {
  description = "ARNs of the buckets that Canvas reads and writes."
  type        = list(string)
}
