variable "name" {
  description = "Name of the domain and prefix of the others."
  type        = string
}

variable "network_access_type" {
  description = "VpcOnly or PublicInternetOnly."
  type        = string
  default     = "VpcOnly"
}

variable "vpc_id" {
  description = "VPC of the domain."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the domain."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Security groups of the apps."
  type        = list(string)
}

variable "artifact_path" {
  description = "S3 URI for the artefacts of Canvas."
  type        = string
}

variable "users" {
  description = "Names of the user profiles."
  type        = set(string)
}
