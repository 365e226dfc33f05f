# The pipeline sets all of these with -var-file before it plans: plan.json is what `terraform show -json` says of that plan.

variable "region" {
  type = string
}

variable "network_access" {
  description = "How the apps of each domain reach the network."
  type        = map(string)
}

variable "private_services" {
  description = "AWS services that the VPC reaches through interface endpoints."
  type        = set(string)
}

variable "vpc_cidr" {
  type = string
}
