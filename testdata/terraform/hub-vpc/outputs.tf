output "vpc_id" {
  description = "Id of the hub VPC."
  value       = aws_vpc.hub.id
}

output "endpoint_hosted_names" {
  description = "DNS name of each interface endpoint, by service."
  value       = module.interface_endpoints.dns_names
}
