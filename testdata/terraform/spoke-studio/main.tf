terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

# The network team owns the VPC, its routes to the hub and every endpoint.
data "aws_vpc" "spoke" {
  tags = {
    Name = var.vpc_name
  }
}

data "aws_subnets" "private" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.spoke.id]
  }

  tags = {
    Tier = "private"
  }
}

resource "aws_security_group" "apps" {
  name   = "${var.domain_name}-apps"
  vpc_id = data.aws_vpc.spoke.id

  # Apps among themselves, and their home directories.
  ingress {
    from_port = 2049
    to_port   = 65535
    protocol  = "tcp"
    self      = true
  }

  egress {
    from_port = 2049
    to_port   = 65535
    protocol  = "tcp"
    self      = true
  }

  # The endpoints of the hub.
  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_sagemaker_domain" "this" {
  domain_name             = var.domain_name
  auth_mode               = "SSO"
  app_network_access_type = "VpcOnly"
  vpc_id                  = data.aws_vpc.spoke.id
  subnet_ids              = data.aws_subnets.private.ids

  default_user_settings {
    execution_role  = var.execution_role_arn
    security_groups = [aws_security_group.apps.id]
  }
}
