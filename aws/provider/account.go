package provider

import (
	"strings"

	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/graph"
)

// region is data.aws_region: the Region of its provider, or the one that it names. All its names for it are one value.
func region(d dataSource) map[string]graph.Value {
	where := graph.Null()
	for _, v := range []graph.Value{d.arguments.get("name"), d.arguments.get("region"), d.Region} {
		if where.IsNull() {
			where = v
		}
	}
	if where.IsNull() || where.Kind() == graph.KindUnknown {
		where = d.Hole("name", iam.Region)
	}
	return map[string]graph.Value{"name": where, "id": where, "region": where}
}

// partitions are the partitions that the prefix of a Region's name tells, and what is different in them. See "AWS partitions" in the
// "AWS Fault Isolation Boundaries" white paper.
var partitions = []struct{ regions, name, dnsSuffix, reverseDNS string }{
	{"cn-", "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"},
	{"us-gov-", "aws-us-gov", "amazonaws.com", "com.amazonaws"},
	{"us-iso-", "aws-iso", "c2s.ic.gov", "gov.ic.c2s"},
	{"us-isob-", "aws-iso-b", "sc2s.sgov.gov", "gov.sgov.sc2s"},
	{"eu-isoe-", "aws-iso-e", "cloud.adc-e.uk", "uk.adc-e.cloud"},
	{"us-isof-", "aws-iso-f", "csp.hci.ic.gov", "gov.ic.hci.csp"},
	{"eusc-", "aws-eusc", "amazonaws.eu", "eu.amazonaws"},
	{"", "aws", "amazonaws.com", "com.amazonaws"},
}

// partition is data.aws_partition: the partition of the provider's Region.
func partition(d dataSource) map[string]graph.Value {
	if where, ok := d.Region.Text(); ok {
		for _, p := range partitions {
			if strings.HasPrefix(where, p.regions) {
				name := graph.String(p.name)
				return map[string]graph.Value{
					"partition": name, "id": name, "dns_suffix": graph.String(p.dnsSuffix), "reverse_dns_prefix": graph.String(p.reverseDNS),
				}
			}
		}
	}
	name := d.Hole("partition", iam.Partition)
	return map[string]graph.Value{
		"partition": name, "id": name, "dns_suffix": d.Hole("dns_suffix", "AWS::URLSuffix"),
	}
}

// ownPartition is the partition of a data source's provider.
func (d dataSource) ownPartition() graph.Value { return partition(d)["partition"] }

// callerIdentity is data.aws_caller_identity: the account that everything is created in.
func callerIdentity(d dataSource) map[string]graph.Value {
	account := d.Hole("account_id", iam.OwnAccount)
	return map[string]graph.Value{"account_id": account, "id": account}
}

// organization is data.aws_organizations_organization: the one that the account belongs to.
func organization(d dataSource) map[string]graph.Value {
	management := d.Hole("master_account_id", "AWS::ManagementAccountId")
	return map[string]graph.Value{
		"id": d.Hole("id", iam.OwnOrganization), "master_account_id": management,
	}
}

// bucket is data.aws_s3_bucket: the ARN of a bucket follows from its name.
func bucket(d dataSource) map[string]graph.Value {
	name := d.arguments.get("bucket")
	if name.IsNull() {
		return nil
	}
	arn := concat(graph.String("arn:"), d.ownPartition(), graph.String(":s3:::"), name)
	return map[string]graph.Value{"id": name, "arn": arn.WithSpan(name.At())}
}
