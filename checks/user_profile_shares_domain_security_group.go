package checks

import (
	"fmt"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-107",
		Slug:         "user-profile-shares-domain-security-group",
		Title:        "User profiles share the domain's security group",
		Severity:     finding.Info,
		Tags:         []string{"sagemaker", "network", "security-group"},
		OffByDefault: true,
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run:      func(p *Pass) { judgeConfined(p, sharedGroups) },
})

// sharedGroups judges whether users of a domain share a group that admits itself.
func sharedGroups(w *aws.World, d *aws.Domain) Judgement {
	profiles := d.UserProfiles()
	if len(profiles) < 2 {
		return Judgement{}
	}
	j := Judgement{Resource: d.Resource, Decided: d.UserSettings.SecurityGroups.Attribute}
	domain, why := w.SecurityGroups(d.UserSettings.SecurityGroups)
	sharing := 0
	for _, p := range profiles {
		own := p.UserSettings.SecurityGroups
		groups, profileWhy := w.SecurityGroups(own)
		if profileWhy != "" && !own.IsNull() {
			why = profileWhy
		}
		switch {
		case !own.IsNull() && !intersect(groups, domain):
		case graph.Implies(d.Exists, p.Exists) == graph.True:
			sharing++
		case why == "":
			why = "whether " + p.Address + " exists is not decided"
		}
	}
	admits := aws.AnyGroup(domain, func(g *aws.SecurityGroup) graph.Truth {
		return g.Ingress.Pass(aws.Traffic{From: 8192, To: 65535, Peer: aws.Group(g.Resource, g.Resource)})
	})
	switch {
	case sharing >= 2 && admits == graph.True:
		j.Verdict = finding.Fail
		j.Message = fmt.Sprintf("%d user profiles share the domain's security group, which admits itself: each user's apps reach the others'", sharing)
		j.Details = map[string]any{"profiles": sharing}
		for _, p := range profiles {
			j.Related = append(j.Related, Related{Message: "the user profile " + p.Address, Resource: p.Resource})
		}
	case why != "" || sharing >= 2 && admits == graph.Undecided:
		j.Verdict, j.Message, j.Reason = finding.Unknown, "Whether user profiles share the domain's security group is not decided", why
		if why == "" {
			j.Reason = "whether the domain's security group admits itself is not decided"
		}
	default:
		j.Verdict, j.Message = finding.Pass, "User profiles do not share a security group through which their apps reach each other"
	}
	return j
}

func intersect(a, b []*aws.SecurityGroup) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Resource == y.Resource {
				return true
			}
		}
	}
	return false
}
