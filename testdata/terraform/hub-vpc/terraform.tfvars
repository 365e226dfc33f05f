cidr_block = "10.40.0.0/20"

endpoint_subnets = {
  "eu-west-1a" = "10.40.0.0/24"
  "eu-west-1b" = "10.40.1.0/24"
  "eu-west-1c" = "10.40.2.0/24"
}

spoke_cidr_blocks = ["10.41.0.0/16", "10.42.0.0/16"]

transit_gateway_id = "tgw-0a1b2c3d4e5f60718"
organization_id    = "o-a1b2c3d4e5"
