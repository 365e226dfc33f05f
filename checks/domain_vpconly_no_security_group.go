package checks

import (
	"fmt"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-103",
		Slug:     "domain-vpconly-no-security-group",
		Title:    "VpcOnly domain has no security group",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "network", "security-group"},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run:      func(p *Pass) { judgeConfined(p, domainGroups) },
})

// maxUserGroups is how many security groups AWS accepts in a domain's user settings.
const maxUserGroups = 5

func domainGroups(_ *aws.World, d *aws.Domain) Judgement {
	groups := d.UserSettings.SecurityGroups
	j := Judgement{Resource: d.Resource, Decided: groups.Attribute}
	elements, more := groups.Elements()
	switch {
	case len(elements) > maxUserGroups:
		j.Verdict = finding.Fail
		j.Message = fmt.Sprintf("The domain names %d security groups, and AWS accepts at most %d", len(elements), maxUserGroups)
		j.Details = map[string]any{"security_groups": len(elements)}
	case len(elements) > 0:
		j.Verdict, j.Message = finding.Pass, "The domain has a security group"
	case more:
		j.Verdict, j.Message = finding.Unknown, "Whether the domain has a security group is not decided"
		j.Reason = groups.Name + " is not decided: " + aws.Explain(groups.Value)
	case everyProfileHasGroups(d):
		j.Verdict, j.Severity = finding.Fail, finding.Low
		j.Message = "The domain has no security group; its user profiles each bring their own, but a new one may not"
	default:
		j.Verdict, j.Message = finding.Fail, "The domain has no security group, and its apps need one in your VPC"
	}
	return j
}

func everyProfileHasGroups(d *aws.Domain) bool {
	profiles := d.UserProfiles()
	for _, p := range profiles {
		if groups, _ := p.UserSettings.SecurityGroups.Elements(); len(groups) == 0 {
			return false
		}
	}
	return len(profiles) > 0
}
