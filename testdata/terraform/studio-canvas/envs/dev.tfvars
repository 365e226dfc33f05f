environment         = "dev"
cidr_block          = "10.61.0.0/20"
network_access_type = "PublicInternetOnly"
