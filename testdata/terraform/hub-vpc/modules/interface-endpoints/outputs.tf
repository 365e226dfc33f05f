output "dns_names" {
  description = "DNS name of each endpoint, by service."
  value       = { for service, endpoint in aws_vpc_endpoint.this : service => endpoint.dns_entry[0].dns_name }
}
