package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-403",
		Slug:     "sagemaker-endpoint-policy-default",
		Title:    "Interface endpoint for SageMaker or Bedrock has a full-access policy",
		Severity: finding.Low,
		Tags:     []string{"sagemaker", "bedrock", "privatelink", "iam"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			if e.Data || !e.Service.TakesPolicy() {
				continue
			}
			for _, s := range modelServices {
				if is := e.Service.Is(s.name); is != graph.False {
					p.Report(modelServicePolicy(e, s, is))
					break
				}
			}
		}
	},
})

// modelService is a service that data leaves through in requests, and what somebody would ask of it.
type modelService struct {
	name string
	uses []use
}

// use is an action on resources of a kind; those that are owned have an account in their ARN.
type use struct {
	action, resource string
	owned            bool
}

var modelServices = []modelService{
	{"sagemaker.api", []use{
		{"sagemaker:CreateTrainingJob", "training-job/", true},
		{"sagemaker:CreatePresignedNotebookInstanceUrl", "notebook-instance/", true},
	}},
	{"sagemaker.runtime", []use{{"sagemaker:InvokeEndpoint", "endpoint/", true}}},
	{"notebook", []use{{"sagemaker:CreatePresignedNotebookInstanceUrl", "notebook-instance/", true}}},
	{"bedrock-runtime", []use{
		{"bedrock:InvokeModel", "foundation-model/", false},
		{"bedrock:InvokeModel", "provisioned-model/", true},
	}},
}

// modelServicePolicy judges an endpoint that is, or may be, one for a service, by whether credentials of anybody pass its policy.
func modelServicePolicy(e *aws.Endpoint, s modelService, is graph.Truth) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Policy, Verdict: finding.Unknown}
	j.Message = "Whether the endpoint's policy lets credentials of any account through is not decided"
	if is == graph.Undecided {
		j.Reason, j.Decided = e.Service.Why, e.ServiceName.Attribute
		return j
	}
	d := iam.ParseEndpointPolicy(e.Policy.Value)
	if d.Missing.Decide() == graph.True {
		j.Verdict = finding.Fail
		j.Message = "This endpoint for " + s.name + " has no policy, so AWS attaches one that lets credentials of any account use it"
		return j
	}
	var undecided *iam.Ground
	for _, u := range s.uses {
		decision := iam.StrangersMay(d, u.action, e.RegionOf(), u.resource, u.owned)
		ground := first(decision.Grounds)
		switch decision.Allowed {
		case graph.True:
			j.Verdict = finding.Fail
			j.Message = "The policy of this endpoint for " + s.name + " lets credentials of any account use it: " + u.action
			if ground != nil {
				j.Literal = graph.Null().WithSpan(ground.At)
			}
			return j
		case graph.Undecided:
			undecided = ground
		}
	}
	if undecided != nil {
		j.Reason = undecided.Undecided()
		return j
	}
	j.Verdict, j.Message = finding.Pass, "The endpoint's policy bounds who uses it, or for what"
	return j
}
