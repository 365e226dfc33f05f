# The two security groups that Elastic Inference wants: one on the endpoint, one on what calls it. They name each other, so the rules
# stand outside the groups.

variable "name" {
  type = string
}

variable "vpc_id" {
  type = string
}

resource "aws_security_group" "endpoint" {
  name   = "${var.name}-endpoint"
  vpc_id = var.vpc_id
}

resource "aws_security_group_rule" "endpoint_ingress" {
  type                     = "ingress"
  security_group_id        = aws_security_group.endpoint.id
  source_security_group_id = aws_security_group.client.id
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
}

resource "aws_security_group_rule" "endpoint_egress" {
  type              = "egress"
  security_group_id = aws_security_group.endpoint.id
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_security_group" "client" {
  name   = "${var.name}-client"
  vpc_id = var.vpc_id
}

resource "aws_security_group_rule" "client_egress" {
  type                     = "egress"
  security_group_id        = aws_security_group.client.id
  source_security_group_id = aws_security_group.endpoint.id
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
}

output "endpoint_id" {
  value = aws_security_group.endpoint.id
}

output "client_id" {
  value = aws_security_group.client.id
}
