package checks

import (
	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:       "SMN-203",
		Slug:     "interface-endpoint-private-dns-disabled",
		Title:    "Interface endpoint has no private DNS",
		Severity: finding.High,
		Tags:     []string{"sagemaker", "privatelink", "dns"},
	},
	Subjects: []aws.Type{aws.TypeVPCEndpoint},
	Run:      func(p *Pass) { judgeInterfaces(p, privateDNS) },
})

// privateDNS judges one interface endpoint.
func privateDNS(w *aws.World, e *aws.Endpoint) Judgement {
	j := Judgement{Resource: e.Resource, Decided: e.PrivateDNS.Attribute}
	zone, gateway := w.HasPrivateZone(e), graph.False
	if e.Service.Is("s3") == graph.True && e.VPC != nil {
		gateway = e.VPC.HasGateway("s3", e.Exists)
	}
	switch on := e.PrivateDNS.IsTrue(); {
	case on == graph.True:
		j.Verdict, j.Message = finding.Pass, "Private DNS is on"
	case on == graph.Undecided:
		j.Verdict, j.Message = finding.Unknown, "Whether private DNS is on is not decided"
		j.Reason = e.PrivateDNS.Name + " is not decided: " + aws.Explain(e.PrivateDNS.Value)
	case e.Service.Name == "":
		j.Verdict, j.Message = finding.Unknown, "Private DNS is off; whether the endpoint is one of an AWS service is not decided"
		j.Reason, j.Decided = e.Service.Why, e.ServiceName.Attribute
	case zone == graph.True:
		j.Verdict, j.Message = finding.Pass, "Private DNS is off; a private hosted zone for the service's host name stands in for it"
	case gateway == graph.True:
		j.Verdict, j.Message = finding.Pass, "Private DNS is off; the VPC's gateway endpoint serves S3"
	case zone == graph.Undecided, gateway == graph.Undecided:
		j.Verdict, j.Message = finding.Unknown, "Private DNS is off; whether something stands in for it is not decided"
		j.Reason = "whether the VPC has a private hosted zone for the service's host name is not decided"
		if gateway == graph.Undecided {
			j.Reason = "whether the VPC has a gateway endpoint for S3 is not decided"
		}
	default:
		j.Verdict, j.Severity = finding.Fail, privateDNSSeverity(e)
		j.Message = e.PrivateDNS.Name + " is false: clients in the VPC resolve the service's public addresses and pass the endpoint by"
		if !e.PrivateDNS.Written {
			j.Message = e.PrivateDNS.Name + " is not set, which is off: clients in the VPC resolve the service's public addresses and pass the endpoint by"
		}
	}
	return j
}

// privateDNSSeverity is high for what SageMaker itself, or Canvas, calls by its public name. Nothing calls Elastic Inference any more.
func privateDNSSeverity(e *aws.Endpoint) finding.Severity {
	needed := e.Service.IsSageMaker() && e.Service.Name != "elastic-inference.runtime" || aws.CanvasCalls(e.Service.Plain())
	if e.VPC == nil || !e.VPC.HostsSageMaker() || !needed || e.Service.Is("s3") == graph.True {
		return finding.Low
	}
	return finding.High
}
