output "domain_id" {
  description = "Id of the domain."
  value       = aws_sagemaker_domain.this.id
}

output "url" {
  description = "URL of the domain."
  value       = aws_sagemaker_domain.this.url
}
