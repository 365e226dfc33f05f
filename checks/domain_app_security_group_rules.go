package checks

import (
	"cmp"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-106",
		Slug:         "domain-app-security-group-rules",
		Title:        "Security group of Studio apps blocks what they need or is open to the internet",
		Severity:     finding.Medium,
		Tags:         []string{"sagemaker", "network", "security-group"},
		Counterparts: []finding.Counterpart{{Tool: finding.Checkov, ID: "CKV_AWS_277"}},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run:      func(p *Pass) { judgeNetwork(p, appGroups) },
})

// nfsPort is that of the file system that holds the homes of a domain's users.
const nfsPort = 2049

// appTraffic is what the apps of a domain need among themselves and to the outside, by "Connect Studio in a VPC to external resources"
// in the SageMaker Developer Guide.
var appTraffic = []struct {
	what     string
	from, to int
	egress   bool
	outside  bool // to anything, not to the group
}{
	{"TCP 8192-65535 from the group itself", 8192, 65535, false, false},
	{"TCP 2049 (NFS) from the group itself", nfsPort, nfsPort, false, false},
	{"TCP 8192-65535 to the group itself", 8192, 65535, true, false},
	{"TCP 2049 (NFS) to the group itself", nfsPort, nfsPort, true, false},
	{"TCP 443 out", 443, 443, true, true},
}

// appGroups judges the security groups of a domain's apps, all together.
func appGroups(w *aws.World, d *aws.Domain) Judgement {
	attribute := d.UserSettings.SecurityGroups
	if named, more := attribute.Elements(); len(named) == 0 && !more {
		return Judgement{} // the business of SMN-103
	}
	j := Judgement{Resource: d.Resource, Decided: attribute.Attribute}
	groups, why := w.SecurityGroups(attribute)
	var blocked []string
	open := ""
	for _, g := range groups {
		switch g.Ingress.Pass(aws.Traffic{Any: true, Peer: aws.AnyAddress}) {
		case graph.True:
			j.Verdict = finding.Fail
			j.Message = "A security group of the domain's apps lets in traffic from any address"
			j.Related = []Related{{Message: "the security group", Resource: g.Resource}}
			return j
		case graph.Undecided:
			open = "traffic from any address: " + g.Ingress.Undecided(aws.Traffic{Any: true, Peer: aws.AnyAddress})
		}
	}
	for _, t := range appTraffic {
		unneeded := graph.TruthOf(t.from == nfsPort).And(d.HomeEFS.Is("Disabled"))
		if unneeded == graph.True {
			continue
		}
		undecided := ""
		passes := aws.AnyGroup(groups, func(g *aws.SecurityGroup) graph.Truth {
			rules := g.Ingress
			if t.egress {
				rules = g.Egress
			}
			peer := aws.Group(g.Resource, resourcesOf(groups)...)
			if t.outside {
				peer = func(aws.Peer) graph.Truth { return graph.True }
			}
			traffic := aws.Traffic{From: t.from, To: t.to, Peer: peer}
			undecided = cmp.Or(undecided, rules.Undecided(traffic))
			return rules.Pass(traffic)
		})
		switch passes.Or(unneeded) {
		case graph.False:
			blocked = append(blocked, t.what)
		case graph.Undecided:
			open = t.what + ": " + undecided
		}
	}
	switch {
	case why != "":
		j.Verdict, j.Reason = finding.Unknown, why
	case len(blocked) > 0:
		j.Verdict, j.Severity = finding.Fail, finding.Low
		j.Message = "The security groups of the domain's apps do not allow " + strings.Join(blocked, ", ")
		j.Details = map[string]any{"blocked": blocked}
		return j
	case open != "":
		j.Verdict, j.Reason = finding.Unknown, "it is not decided whether the groups allow "+open
	default:
		j.Verdict, j.Message = finding.Pass, "The security groups of the domain's apps allow what they need, and nothing from any address"
		return j
	}
	j.Message = "Whether the security groups of the domain's apps allow what they need is not decided"
	return j
}

func resourcesOf(groups []*aws.SecurityGroup) []*graph.Resource {
	resources := make([]*graph.Resource, len(groups))
	for i, g := range groups {
		resources[i] = g.Resource
	}
	return resources
}
