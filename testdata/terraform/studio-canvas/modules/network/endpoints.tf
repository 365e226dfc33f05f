data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

resource "aws_security_group" "endpoints" {
  name_prefix = "${var.name}-endpoints-"
  description = "Interface endpoints."
  vpc_id      = aws_vpc.this.id

  ingress {
    description     = "HTTPS from the apps of the domain"
    from_port       = 443
    to_port         = 443
    protocol        = "tcp"
    security_groups = [aws_security_group.studio.id]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(var.interface_services)

  vpc_id              = aws_vpc.this.id
  service_name        = format("com.amazonaws.%s.%s", data.aws_region.current.region, each.value)
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.endpoints.id]

  tags = {
    Name = "${var.name}-${each.value}"
  }
}

data "aws_vpc_endpoint_service" "s3" {
  service      = "s3"
  service_type = "Gateway"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.this.id
  service_name    = data.aws_vpc_endpoint_service.s3.service_name
  route_table_ids = [aws_route_table.private.id]
  policy          = data.aws_iam_policy_document.s3.json

  tags = {
    Name = "${var.name}-s3"
  }
}

data "aws_iam_policy_document" "s3" {
  statement {
    sid = "ArtifactsOfCanvas"

    actions = [
      "s3:CreateBucket",
      "s3:DeleteObject",
      "s3:GetBucketCors",
      "s3:GetBucketLocation",
      "s3:GetObject",
      "s3:PutObject",
    ]

    resources = concat(
      [for pattern in ["SageMaker", "Sagemaker", "sagemaker"] : "arn:aws:s3:::*${pattern}*"],
      var.artifact_buckets,
      [for arn in var.artifact_buckets : "${arn}/*"],
    )

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    # Anybody may name a bucket "sagemaker": the account tells ours from theirs.
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }

  statement {
    sid       = "FindBuckets"
    actions   = ["s3:ListAllMyBuckets", "s3:ListBucket"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "PublishedModels"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::jumpstart-cache-prod-${data.aws_region.current.region}/*", "arn:aws:s3:::fmeval/datasets/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
