locals {
  # What SageMaker Studio and Canvas call in the spokes.
  plain_services = [
    "application-autoscaling",
    "athena",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "glue",
    "kms",
    "logs",
    "monitoring",
    "redshift-data",
    "sagemaker.api",
    "sagemaker.runtime",
    "secretsmanager",
    "sts",
  ]

  # Inference goes through bedrock-runtime; the platform team lists and grants models through bedrock, the control plane.
  bedrock_services = ["bedrock", "bedrock-runtime"]

  interface_services = merge(
    { for service in concat(local.plain_services, local.bedrock_services) : service => {} },
    {
      notebook = { service_name = "aws.sagemaker.${var.region}.notebook" }
      studio   = { service_name = "aws.sagemaker.${var.region}.studio" }
    },
  )
}

module "interface_endpoints" {
  source = "./modules/interface-endpoints"

  name               = var.name
  vpc_id             = aws_vpc.hub.id
  subnet_ids         = values(aws_subnet.endpoints)[*].id
  client_cidr_blocks = concat([var.cidr_block], var.spoke_cidr_blocks)
  services           = local.interface_services
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.hub.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.endpoints.id]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OurPeopleAndOurBuckets"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:*"
        Resource  = "*"
        Condition = {
          StringEquals = {
            "aws:PrincipalOrgID" = var.organization_id
            "aws:ResourceOrgID"  = var.organization_id
          }
        }
      },
      {
        Sid       = "ReadFromBucketsOfAWS"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource = [
          for bucket in ["jumpstart-cache-prod-${var.region}", "prod-${var.region}-starport-layer-bucket"] :
          "arn:aws:s3:::${bucket}/*"
        ]
      },
    ]
  })

  tags = {
    Name = "${var.name}-s3"
  }
}
