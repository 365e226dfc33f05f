# What is hard to index: brackets, quotes and headers of blocks where they mean nothing.
locals { a = 1 }
locals {}
resource aws_vpc "x" { // unquoted label
  a = "${"}"}" /* } */
  b = "$${" # }
  c = "%%{ \" $ % $$ ${upper("a}${"}"}")} ~"
  d = <<EOT
}
  resource "not" "this" {
  $${ "
  ${join("}", [
    "EOT", <<-INNER
      }
      INNER
  ])} EOT
 EOTX
  EOT
  e = { for k, v in { a = 1 } : k =>
    v
  }
  nested "label" other {
    x = [
      {}, ({ y = 1 }), # ]
    ]
  }
}

/* resource "a" "b" { */ data /**/ "aws_vpc" /* " */ "escaped \"quote\" \u00e9" {}
variable "ünïcode" { default = "😀" }
output "percent" { value = "%{ if true }}%{ else }{%{ endif }" }
module "no_line_end_at_the_end" {
  source = "./x"
}