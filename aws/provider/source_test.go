package provider

import "testing"

func TestParseSource(t *testing.T) {
	const vpc = "terraform-aws-modules/vpc/aws"
	for source, want := range map[string]moduleSource{
		"terraform-aws-modules/vpc/aws":                                                              {name: vpc},
		"Terraform-AWS-Modules/VPC/aws":                                                              {name: vpc},
		"registry.terraform.io/terraform-aws-modules/vpc/aws":                                        {name: vpc},
		"registry.opentofu.org/terraform-aws-modules/vpc/aws":                                        {name: vpc},
		"terraform-aws-modules/vpc/aws//modules/vpc-endpoints":                                       {name: vpc, path: "modules/vpc-endpoints"},
		"github.com/terraform-aws-modules/terraform-aws-vpc":                                         {name: vpc},
		"github.com/terraform-aws-modules/terraform-aws-vpc?ref=v5.1.0":                              {name: vpc, ref: "v5.1.0"},
		"git::https://github.com/terraform-aws-modules/terraform-aws-vpc.git//modules/vpc-endpoints": {name: vpc, path: "modules/vpc-endpoints"},
		"git::https://github.com/terraform-aws-modules/terraform-aws-vpc.git//modules/vpc-endpoints?ref=abc&depth=1": {
			name: vpc, path: "modules/vpc-endpoints", ref: "abc",
		},
		"git@github.com:terraform-aws-modules/terraform-aws-vpc.git":                {name: vpc},
		"git::ssh://git@github.com/terraform-aws-modules/terraform-aws-vpc.git//x/": {name: vpc, path: "x"},
		"app.terraform.io/terraform-aws-modules/vpc/aws":                            {},
		"https://example.com/terraform-aws-modules/terraform-aws-vpc.git":           {},
		"git::https://gitlab.com/terraform-aws-modules/terraform-aws-vpc.git":       {},
		"s3::https://s3.amazonaws.com/bucket/vpc.zip":                               {},
		"../vpc": {},
		"":       {},
	} {
		if got := parseSource(source); got != want {
			t.Errorf("%s: %+v, want %+v", source, got, want)
		}
	}
}

func TestReleaseOf(t *testing.T) {
	for _, c := range []struct {
		constraint, ref string
		since           version // of the newest of these that the release has: 2.0, 2.5, 3.0, 3.14, 4.0, 5.0, 6.0
	}{
		{"", "", version{6, 0}},
		{"2.78.0", "", version{2, 5}},
		{"= 3.0.0", "", version{3, 0}},
		{"~> 2.0", "", version{2, 5}},
		{"~> 3.14", "", version{3, 14}},
		{"~> 3.14.2", "", version{3, 14}},
		{"~> 3", "", version{6, 0}},
		{"~>5.0", "", version{5, 0}},
		{">= 2.0", "", version{6, 0}},
		{">= 2.0, < 3.0", "", version{2, 5}},
		{"< 4.0.0, >= 3.0", "", version{3, 14}},
		{"<= 4.0.0", "", version{4, 0}},
		{"!= 4.0.0", "", version{6, 0}},
		{"> 3.0, ~> 3.1, < 3.10", "", version{3, 0}},
		{"nonsense", "", version{6, 0}},
		{"", "v3.14.0", version{3, 14}},
		{"", "tags/2.5.0", version{2, 5}},
		{"", "main", version{6, 0}},
		{"", "8f2c1d5e0b7a4c39d6e1f0a2b3c4d5e6f7a8b9c0", version{6, 0}},
		{"", "12345678", version{6, 0}},
	} {
		r := releaseOf(c.constraint, c.ref)
		var got version
		for _, v := range []version{{2, 0}, {2, 5}, {3, 0}, {3, 14}, {4, 0}, {5, 0}, {6, 0}} {
			if r.since(v[0], v[1]) {
				got = v
			}
		}
		if got != c.since {
			t.Errorf("%q %q: since %v, want %v", c.constraint, c.ref, got, c.since)
		}
	}
}
