variable "region" {
  description = "Region of the hub."
  type        = string
  default     = "eu-west-1"
}

variable "name" {
  description = "Prefix of every name."
  type        = string
  default     = "ml-hub"
}

variable "cidr_block" {
  description = "Address range of the hub VPC."
  type        = string
}

variable "endpoint_subnets" {
  description = "CIDR block of the endpoint subnet of each Availability Zone."
  type        = map(string)
}

variable "spoke_cidr_blocks" {
  description = "Address ranges of the spokes that use the endpoints."
  type        = list(string)
}

variable "transit_gateway_id" {
  description = "Transit gateway that joins the hub and its spokes."
  type        = string
}

variable "organization_id" {
  description = "Id of the AWS organisation."
  type        = string
}
