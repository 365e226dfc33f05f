package checks

import (
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-605",
		Slug:     "elastic-inference-end-of-life",
		Title:    "Elastic Inference is used after its end of life",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "elastic-inference", "lifecycle"},
	},
	Subjects: []aws.Type{aws.TypeNotebookInstance, aws.TypeEndpointConfig, aws.TypeVPCEndpoint},
	Mentions: []string{"elastic-inference:", "inference_accelerator", "nferenceAccelerators"},
	Run: func(p *Pass) {
		accelerated := map[*graph.Resource]bool{}
		for _, a := range p.World.Accelerated() {
			accelerated[a.Resource] = true
			p.Report(accelerator(a))
		}
		for _, n := range p.World.NotebookInstances {
			if !accelerated[n.Resource] {
				p.Report(withoutAccelerator(n.Resource))
			}
		}
		for _, c := range p.World.EndpointConfigs {
			if !accelerated[c.Resource] {
				p.Report(withoutAccelerator(c.Resource))
			}
		}
		for _, e := range p.World.Endpoints {
			if !e.Data && e.Service.Is("elastic-inference.runtime") == graph.True {
				p.Report(Judgement{
					Resource: e.Resource, Decided: e.ServiceName.Attribute, Verdict: finding.Fail,
					Message: "This VPC endpoint is for Elastic Inference, which ended in April 2024: remove it",
				})
			}
		}
		for _, c := range p.World.Computes {
			if by, asks := c.Asks(); asks != graph.False {
				p.Report(asksFor(c.Resource, by, asks))
			}
		}
		permissions(p)
	},
})

// ended marks what another check says of Elastic Inference as something that stands under this check: to mend it is of little use.
func ended(j Judgement) Judgement {
	if j.Verdict != finding.Fail {
		return j
	}
	j.Message += "; Elastic Inference has ended: see SMN-605"
	return j.with("see", "SMN-605")
}

// permissions reports each policy that names an action of Elastic Inference, at the first one.
func permissions(p *Pass) {
	reported := map[*graph.Resource]bool{}
	for _, policy := range p.World.WrittenPolicies() {
		action, ok := acceleratorAction(policy.Document.Value)
		if !ok || reported[policy.Resource] {
			continue
		}
		reported[policy.Resource] = true
		p.Report(Judgement{
			Resource: policy.Resource, Decided: policy.Document, Literal: action, Verdict: finding.Fail, Severity: finding.Info,
			Message: "The policy permits Elastic Inference, which ended in April 2024: take the permission out",
		})
	}
}

// acceleratorAction is an action of Elastic Inference that a policy allows for sure.
func acceleratorAction(policy graph.Value) (action graph.Value, ok bool) {
	for _, s := range iam.Parse(policy).Statements {
		for _, item := range s.Actions.Items {
			text, _ := item.Value.Text()
			names := strings.HasPrefix(strings.ToLower(text), "elastic-inference:")
			if names && s.Speaks(iam.Allow, text).And(s.When.Decide()).And(item.When.Decide()) == graph.True {
				return item.Value, true
			}
		}
	}
	return graph.Null(), false
}

// accelerator judges a workload that asks, or may ask, for an accelerator.
func accelerator(a aws.Accelerated) Judgement { return asksFor(a.Resource, a.Accelerator, a.Asks()) }

// asksFor judges a resource by an attribute that asks, or may ask, for an accelerator.
func asksFor(r *graph.Resource, by aws.Attribute, asks graph.Truth) Judgement {
	j := Judgement{Resource: r, Decided: by, Verdict: finding.Fail}
	j.Message = "Elastic Inference ended in April 2024: use an instance with AWS Inferentia or a GPU, or a CPU of the right size"
	if asks != graph.True {
		j.Verdict, j.Message = finding.Unknown, "Whether Elastic Inference is used is not decided"
		j.Reason = by.Name + " is not decided: " + aws.Explain(by.Value)
	}
	return j
}

func withoutAccelerator(r *graph.Resource) Judgement {
	return Judgement{Resource: r, Verdict: finding.Pass, Message: "Nothing here asks for Elastic Inference"}
}
