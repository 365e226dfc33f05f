# A playground for training days. Nobody has decided anything about its network.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "sandbox" {
  cidr_block           = "172.20.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "sandbox" {
  vpc_id = aws_vpc.sandbox.id
}

resource "aws_route_table" "sandbox" {
  vpc_id = aws_vpc.sandbox.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.sandbox.id
  }
}

resource "aws_subnet" "sandbox" {
  for_each = {
    a = "172.20.0.0/20"
    b = "172.20.16.0/20"
  }

  vpc_id                  = aws_vpc.sandbox.id
  availability_zone       = "eu-west-1${each.key}"
  cidr_block              = each.value
  map_public_ip_on_launch = true
}

resource "aws_route_table_association" "sandbox" {
  for_each = aws_subnet.sandbox

  subnet_id      = each.value.id
  route_table_id = aws_route_table.sandbox.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.sandbox.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_route_table.sandbox.id]
}

resource "aws_sagemaker_domain" "sandbox" {
  domain_name = "training-days"
  auth_mode   = "IAM"
  vpc_id      = aws_vpc.sandbox.id
  subnet_ids  = [for subnet in aws_subnet.sandbox : subnet.id]

  default_user_settings {
    execution_role = aws_iam_role.trainee.arn
  }
}

resource "aws_iam_role" "trainee" {
  name = "training-days"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"]
}
