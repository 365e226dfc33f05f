# CRLF and a byte order mark
resource "a" "b" {
  x = <<-EOT
    }
    EOT
  y = [
    1,
  ]
}

locals {
}
