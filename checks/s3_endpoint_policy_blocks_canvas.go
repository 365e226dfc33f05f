package checks

import (
	"cmp"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-304",
		Slug:     "s3-endpoint-policy-blocks-canvas",
		Title:    "S3 endpoint policy denies what Canvas needs",
		Severity: finding.Medium,
		Tags:     []string{"sagemaker", "canvas", "s3", "privatelink", "iam"},
	},
	Subjects: []aws.Type{aws.TypeDomain},
	Run: func(p *Pass) {
		for _, e := range p.World.Endpoints {
			is := e.Service.Is("s3")
			if e.Data || is == graph.False || e.Policy.IsNull() {
				continue
			}
			domains := p.World.Domains
			if e.VPC != nil {
				domains = e.VPC.Domains
			}
			if domains = canvasDomains(domains); len(domains) > 0 {
				p.Report(canvasBuckets(p.World, e, is, domains))
			}
		}
	},
})

// canvasDomains are those of some domains that Canvas runs in, as far as it is not decided that they are not VpcOnly or hide it.
func canvasDomains(all []*aws.Domain) []*aws.Domain {
	var domains []*aws.Domain
	for _, d := range all {
		if runsCanvas(d) != graph.False {
			domains = append(domains, d)
		}
	}
	return domains
}

// runsCanvas decides whether a domain is VpcOnly and shows Canvas.
func runsCanvas(d *aws.Domain) graph.Truth {
	return d.PublicInternet().Not().And(d.Canvas().Hidden.Not())
}

// canvasRequest is a request to S3 that Canvas makes.
type canvasRequest struct {
	action string
	// bucket has the forms of the ARN of the bucket; none for a request to no bucket.
	bucket []graph.Value
	// foreign says what is in a bucket of AWS; empty for one's own.
	foreign  string
	severity finding.Severity
}

// canvasRequests are those of "Configure Amazon SageMaker Canvas in a VPC without internet access" for a domain: to the bucket of its
// artefact path, else the default one of SageMaker, and for generative AI to those of JumpStart and of model evaluation.
func canvasRequests(w *aws.World, e *aws.Endpoint, d *aws.Domain) []canvasRequest {
	bucket := aws.BucketIn(d.UserSettings.CanvasAppSettings.Workspace.ArtifactPath.Value)
	if bucket.IsNull() {
		account, _ := graph.Hole(&graph.Identity{Root: d.Root, Name: "the account of " + d.Address, Means: iam.OwnAccount}).Parts()
		region, _ := e.RegionOf().Parts()
		parts := append([]graph.Part{{Literal: "sagemaker-"}}, region...)
		bucket = graph.Template(append(append(parts, graph.Part{Literal: "-"}), account...)...)
	}
	arns := w.ARNs(bucket)
	if len(arns) == 0 {
		arns = []graph.Value{bucket} // undecided, and so is what is asked of it
	}
	var requests []canvasRequest
	for _, action := range []string{
		"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetBucketCors", "s3:GetBucketLocation", "s3:ListBucket",
	} {
		requests = append(requests, canvasRequest{action, arns, "", finding.Medium})
	}
	requests = append(requests,
		canvasRequest{"s3:ListAllMyBuckets", nil, "", finding.Medium}, canvasRequest{"s3:CreateBucket", arns, "", finding.Low})
	if slices.Contains(d.Canvas().Features, "genai") {
		models := w.ARNs(inRegion("jumpstart-cache-prod-%s", e.RegionOf()))
		evaluations := []graph.Value{graph.String("arn:aws:s3:::fmeval/datasets")}
		requests = append(requests,
			canvasRequest{"s3:GetObject", models, "JumpStart's models", finding.Medium},
			canvasRequest{"s3:GetObject", evaluations, "the data sets of model evaluation", finding.Medium})
	}
	return requests
}

// allowed decides whether a policy lets the request through.
func (r canvasRequest) allowed(d *iam.Document) (graph.Truth, *iam.Ground) {
	forms := r.bucket
	if len(forms) == 0 {
		forms = []graph.Value{graph.Null()}
	}
	var undecided *iam.Ground
	for _, arn := range forms { // they are the same bucket: what one decides is decided
		decision := iam.OwnersMay(d, r.action, arn, r.foreign != "")
		if decision.Allowed != graph.Undecided {
			return decision.Allowed, nil
		}
		undecided = first(decision.Grounds)
	}
	return graph.Undecided, undecided
}

func (r canvasRequest) String() string {
	if r.foreign != "" {
		return r.action + " on " + r.foreign
	}
	return r.action
}

// canvasBuckets judges the policy of an endpoint that is, or may be, one for S3, in the VPC of some domains.
func canvasBuckets(w *aws.World, e *aws.Endpoint, is graph.Truth, domains []*aws.Domain) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.Policy, Verdict: finding.Unknown}
	j.Message = "Whether the endpoint's policy allows what SageMaker Canvas needs is not decided"
	d := iam.ParseEndpointPolicy(e.Policy.Value)
	var denied []string
	var severity finding.Severity
	var undecided *iam.Ground
	for _, domain := range domains {
		together := graph.Implies(e.Exists, domain.Exists).And(runsCanvas(domain))
		if together == graph.False {
			continue
		}
		lower := 1
		if domain.Canvas().Meant {
			lower = 0
		}
		for _, r := range canvasRequests(w, e, domain) {
			switch allowed, ground := r.allowed(d); {
			case allowed == graph.Undecided, allowed == graph.False && together == graph.Undecided:
				undecided = cmp.Or(undecided, ground, &iam.Ground{})
			case allowed == graph.False:
				severity = finding.Worst(severity, r.severity.Lower(lower))
				if !slices.Contains(denied, r.String()) {
					denied = append(denied, r.String())
				}
			}
		}
		uses := " uses this VPC"
		if e.VPC == nil {
			uses = " may use this VPC"
		}
		j.Related = append(j.Related, Related{Message: "the domain " + domain.Address + uses, Resource: domain.Resource})
	}
	switch {
	case is == graph.Undecided:
		j.Reason, j.Decided = e.Service.Why, e.ServiceName.Attribute
	case len(denied) > 0 && e.VPC == nil:
		j.Reason = "which VPC the endpoint is in, and so whether it is one of a domain's, is not decided: " + aws.Explain(e.VPCID.Value)
	case len(denied) > 0:
		j.Verdict, j.Severity, j.Details = finding.Fail, severity, map[string]any{"denied": denied}
		j.Message = "The policy of this S3 endpoint keeps SageMaker Canvas from " + strings.Join(denied, ", ")
	case undecided != nil && undecided.Statement != nil:
		j.Reason = undecided.Undecided()
	case undecided != nil:
		j.Reason = "the bucket that Canvas uses, or whether there is a VpcOnly domain with Canvas, is not decided"
	default:
		j.Verdict, j.Message = finding.Pass, "The endpoint's policy allows what SageMaker Canvas needs"
	}
	return j
}
