# The VPC that serves models, across two Availability Zones.

resource "aws_vpc" "serving" {
  cidr_block           = "10.21.0.0/22"
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = "ei-serving"
  }
}

resource "aws_subnet" "serving" {
  count = 2

  vpc_id            = aws_vpc.serving.id
  cidr_block        = cidrsubnet(aws_vpc.serving.cidr_block, 2, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
}

resource "aws_route_table" "serving" {
  vpc_id = aws_vpc.serving.id
}

resource "aws_route_table_association" "serving" {
  count = length(aws_subnet.serving)

  subnet_id      = aws_subnet.serving[count.index].id
  route_table_id = aws_route_table.serving.id
}

module "serving_groups" {
  source = "./groups"

  name   = "ei-serving"
  vpc_id = aws_vpc.serving.id
}

resource "aws_vpc_endpoint" "serving_ei" {
  vpc_id              = aws_vpc.serving.id
  service_name        = "com.amazonaws.${var.region}.elastic-inference.runtime"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = aws_subnet.serving.*.id
  security_group_ids  = [module.serving_groups.endpoint_id]
  private_dns_enabled = true
}

resource "aws_s3_bucket" "models" {
  bucket_prefix = "ei-models-"
}

resource "aws_vpc_endpoint" "serving_s3" {
  vpc_id       = aws_vpc.serving.id
  service_name = "com.amazonaws.${var.region}.s3"

  policy = templatefile("${path.module}/policies/serving-s3.json.tpl", {
    bucket_arn = aws_s3_bucket.models.arn
  })
}

resource "aws_vpc_endpoint_route_table_association" "serving_s3" {
  vpc_endpoint_id = aws_vpc_endpoint.serving_s3.id
  route_table_id  = aws_route_table.serving.id
}

resource "aws_sagemaker_model" "classifier" {
  name               = "classifier"
  execution_role_arn = aws_iam_role.sagemaker.arn

  primary_container {
    image          = var.model_image
    model_data_url = "s3://${aws_s3_bucket.models.id}/classifier/model.tar.gz"
  }

  vpc_config {
    subnets            = aws_subnet.serving.*.id
    security_group_ids = [module.serving_groups.client_id]
  }
}

resource "aws_sagemaker_endpoint_configuration" "classifier" {
  name = "classifier"

  production_variants {
    variant_name           = "all"
    model_name             = aws_sagemaker_model.classifier.name
    instance_type          = "ml.m5.large"
    initial_instance_count = 2
    accelerator_type       = var.accelerator
  }
}

resource "aws_sagemaker_endpoint" "classifier" {
  name                 = "classifier"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.classifier.name
}
