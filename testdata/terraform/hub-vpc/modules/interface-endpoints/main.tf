data "aws_region" "current" {}

resource "aws_security_group" "this" {
  name        = "${var.name}-endpoints"
  description = "HTTPS to the interface endpoints."
  vpc_id      = var.vpc_id

  tags = {
    Name = "${var.name}-endpoints"
  }
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  for_each = toset(var.client_cidr_blocks)

  security_group_id = aws_security_group.this.id
  description       = "HTTPS from ${each.value}"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.value
}

resource "aws_vpc_endpoint" "this" {
  for_each = var.services

  vpc_id              = var.vpc_id
  service_name        = coalesce(each.value.service_name, "com.amazonaws.${data.aws_region.current.region}.${each.key}")
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.this.id]
  private_dns_enabled = true
  policy              = each.value.policy

  tags = {
    Name = "${var.name}-${each.key}"
  }
}
