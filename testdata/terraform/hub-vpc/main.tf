resource "aws_vpc" "hub" {
  cidr_block           = var.cidr_block
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = var.name
  }
}

resource "aws_subnet" "endpoints" {
  for_each = var.endpoint_subnets

  vpc_id            = aws_vpc.hub.id
  availability_zone = each.key
  cidr_block        = each.value

  tags = {
    Name = "${var.name}-endpoints-${each.key}"
  }
}

# No default route: the hub has no way to the internet.
resource "aws_route_table" "endpoints" {
  vpc_id = aws_vpc.hub.id

  dynamic "route" {
    for_each = var.spoke_cidr_blocks

    content {
      cidr_block         = route.value
      transit_gateway_id = var.transit_gateway_id
    }
  }

  tags = {
    Name = "${var.name}-endpoints"
  }

  depends_on = [aws_ec2_transit_gateway_vpc_attachment.hub]
}

resource "aws_route_table_association" "endpoints" {
  for_each = aws_subnet.endpoints

  subnet_id      = each.value.id
  route_table_id = aws_route_table.endpoints.id
}

resource "aws_ec2_transit_gateway_vpc_attachment" "hub" {
  transit_gateway_id = var.transit_gateway_id
  vpc_id             = aws_vpc.hub.id
  subnet_ids         = [for subnet in aws_subnet.endpoints : subnet.id]

  tags = {
    Name = var.name
  }
}
