package checks

import (
	"cmp"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

// domainJudge judges a domain whose apps are confined to its VPC. Its answer has no verdict where there is nothing to judge.
type domainJudge func(w *aws.World, d *aws.Domain) Judgement

// judgeConfined judges every domain whose apps are, or may be, confined to its VPC. Where the files do not decide whether they are, what
// would fail is not decided either.
func judgeConfined(p *Pass, judge domainJudge) {
	for _, d := range p.World.Domains {
		if d.PublicInternet() == graph.True {
			continue
		}
		j := judge(p.World, d)
		if d.PublicInternet() == graph.Undecided {
			j = j.onlyIf("the domain is VpcOnly", aws.Explain(d.NetworkAccess.Value))
		}
		if j.Verdict != "" {
			p.Report(j)
		}
	}
}

// judgeNetwork is judgeConfined for what concerns the network that a domain names, which its apps use as soon as somebody confines them
// to it, as SMN-101 demands. What would fail then is reported of a domain with public internet access too, one level less bad.
func judgeNetwork(p *Pass, judge domainJudge) {
	judgeConfined(p, judge)
	for _, d := range p.World.Domains {
		if d.PublicInternet() != graph.True {
			continue
		}
		j := judge(p.World, d)
		if j.Verdict != finding.Fail {
			continue
		}
		j.Severity = cmp.Or(j.Severity, p.Check.Severity).Lower(1)
		j.Message = "Becomes effective with VpcOnly: " + j.Message
		p.Report(j.with("effective_with", "VpcOnly"))
	}
}
