output "vpc_id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, one per Availability Zone."
  value       = aws_subnet.private[*].id
}

output "studio_security_group_id" {
  description = "Id of the security group for apps of the domain."
  value       = aws_security_group.studio.id
}
