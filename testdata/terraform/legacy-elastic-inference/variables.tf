variable "region" {
  type    = string
  default = "us-west-2"
}

variable "accelerator" {
  type        = string
  default     = "ml.eia2.medium"
  description = "Elastic Inference accelerator of the notebook and of the endpoint."
}

variable "model_image" {
  type        = string
  description = "Image of the inference container."
}
