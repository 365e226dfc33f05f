package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/graph"
)

// judgeInterfaces judges every endpoint of an AWS service that is, or may be, an interface. Judge's answer has no verdict where there is
// nothing to judge.
func judgeInterfaces(p *Pass, judge func(*aws.World, *aws.Endpoint) Judgement) {
	for _, e := range p.World.Endpoints {
		is := e.Type.Is("Interface")
		if e.Data || is == graph.False || !e.Service.IsAWS() {
			continue
		}
		j := judge(p.World, e)
		if is == graph.Undecided {
			j = j.onlyIf("it is an interface endpoint", aws.Explain(e.Type.Value))
		}
		if j.Verdict != "" {
			p.Report(j)
		}
	}
}

// judgeSageMakerInterfaces is judgeInterfaces for the endpoints of networks that SageMaker uses.
func judgeSageMakerInterfaces(p *Pass, judge func(*aws.World, *aws.Endpoint) Judgement) {
	judgeInterfaces(p, func(w *aws.World, e *aws.Endpoint) Judgement {
		if e.VPC == nil || !e.VPC.HostsSageMaker() {
			return Judgement{}
		}
		return judge(w, e)
	})
}
