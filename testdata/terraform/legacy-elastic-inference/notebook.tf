# The VPC in which people try models out. One Availability Zone was enough for a notebook; it is not for the accelerator's endpoint.

data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "notebook" {
  cidr_block           = "10.20.0.0/24"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "ei-notebook"
  }
}

resource "aws_subnet" "notebook" {
  vpc_id            = aws_vpc.notebook.id
  cidr_block        = "10.20.0.0/26"
  availability_zone = data.aws_availability_zones.available.names[0]
}

resource "aws_route_table" "notebook" {
  vpc_id = aws_vpc.notebook.id
}

resource "aws_route_table_association" "notebook" {
  subnet_id      = aws_subnet.notebook.id
  route_table_id = aws_route_table.notebook.id
}

resource "aws_sagemaker_notebook_instance" "trial" {
  name                   = "ei-trial"
  role_arn               = aws_iam_role.sagemaker.arn
  instance_type          = "ml.m5.xlarge"
  accelerator_types      = [var.accelerator]
  subnet_id              = aws_subnet.notebook.id
  security_groups        = [module.notebook_groups.client_id]
  direct_internet_access = "Disabled"
}

resource "aws_vpc_endpoint" "notebook_ei" {
  vpc_id              = aws_vpc.notebook.id
  service_name        = "com.amazonaws.${var.region}.elastic-inference.runtime"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.notebook.id]
  security_group_ids  = [module.notebook_groups.endpoint_id]
  private_dns_enabled = true
}

resource "aws_vpc_endpoint" "notebook_api" {
  for_each = toset(["sagemaker.api", "sagemaker.runtime", "sts"])

  vpc_id              = aws_vpc.notebook.id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.notebook.id]
  security_group_ids  = [module.notebook_groups.endpoint_id]
  private_dns_enabled = true
}

resource "aws_vpc_endpoint" "notebook_s3" {
  vpc_id          = aws_vpc.notebook.id
  service_name    = "com.amazonaws.${var.region}.s3"
  route_table_ids = [aws_route_table.notebook.id]
  policy          = file("${path.module}/policies/notebook-s3.json")
}

module "notebook_groups" {
  source = "./groups"

  name   = "ei-notebook"
  vpc_id = aws_vpc.notebook.id
}
