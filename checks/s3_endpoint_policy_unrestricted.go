package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-301",
		Slug:     "s3-endpoint-policy-unrestricted",
		Title:    "S3 endpoint lets anyone reach any bucket",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "s3", "privatelink", "iam", "data-exfiltration"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			is := e.Service.Is("s3")
			if e.Data || is == graph.False {
				continue
			}
			p.Report(s3Policy(e, is))
		}
	},
})

// openPolicies say what strangers may do to strangers' buckets, and how bad that is in a VPC that SageMaker uses.
var openPolicies = map[iam.Grade]struct {
	severity finding.Severity
	what     string
}{
	iam.Unrestricted: {finding.High, "lets anyone use the whole S3 API on any bucket"},
	iam.Writable:     {finding.Medium, "lets anyone write to any bucket"},
	iam.Readable:     {finding.Low, "lets anyone read any bucket"},
	iam.Configurable: {finding.Low, "lets anyone change the policy of any bucket"},
	iam.OpenToOwners: {finding.Low, "lets foreign credentials reach the buckets of their own account"},
}

// s3Policy judges an endpoint that is, or may be, one for S3, by what its policy lets strangers do.
func s3Policy(e *aws.Endpoint, is graph.Truth) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Policy}
	if is == graph.Undecided {
		j.Verdict, j.Message = finding.Unknown, "Whether this is an S3 endpoint is not decided"
		j.Reason, j.Decided = e.Service.Why, e.ServiceName.Attribute
		return j
	}
	exposure := iam.S3EndpointExposure(e.Policy.Value)
	if len(exposure.Grounds) > 0 {
		j.Literal = graph.Null().WithSpan(exposure.Grounds[0].At)
	}
	switch exposure.Grade {
	case iam.Undecided:
		j.Verdict, j.Message = finding.Unknown, "Whether the endpoint's policy lets anyone reach any bucket is not decided"
		j.Reason = exposure.Reason
		return j
	case iam.Closed:
		j.Verdict, j.Message = finding.Pass, "The endpoint's policy lets nobody reach just any bucket"
		return j
	default:
	}
	open := openPolicies[exposure.Grade]
	j.Verdict, j.Severity = finding.Fail, open.severity
	j.Message = "The policy of this S3 endpoint " + open.what + ": data can leave through it to a bucket outside your account"
	if exposure.Grade == iam.Readable {
		j.Message = "The policy of this S3 endpoint " + open.what + ", not only your own"
	}
	if exposure.Default {
		j.Message = "This S3 endpoint has no policy, so AWS attaches one that allows everything: data can leave through it to any bucket"
	}
	if e.VPC == nil || !e.VPC.HostsSageMaker() {
		j.Severity = j.Severity.Lower(1)
	}
	j.Details = map[string]any{"exposure": exposure.Grade.String()}
	return j
}
