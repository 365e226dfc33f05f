package aws

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// EndpointService is what an endpoint's service name names. A name is prefix.region.service, or prefix.service for the few services
// without a Region; the Region need not be known. See "AWS services that integrate with AWS PrivateLink" in the PrivateLink guide.
type EndpointService struct {
	// Name is the service without prefix and Region: "sagemaker.api", "s3", "notebook"; with -fips where it is a FIPS endpoint.
	// Empty when the files do not decide it, or when the name is none of an AWS service.
	Name string
	// SageMaker says that the prefix is aws.sagemaker, as notebook and studio have it.
	SageMaker bool
	// PrefixUndecided says that the files do not decide all of the prefix: it is taken to be the one that AWS has for the service.
	PrefixUndecided bool
	// Region is the Region as written; Null when the name has none.
	Region graph.Value
	// Why says why Name is empty.
	Why string

	value   graph.Value
	foreign bool
}

var regionName = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`)

// servicePrefixes are the prefixes of service names in all partitions, longest first.
var servicePrefixes = []string{
	"cn.com.amazonaws.", "com.amazonaws.", "aws.sagemaker.", "eu.amazonaws.", "aws.api.", "api.aws.",
	"gov.ic.hci.csp.", "gov.ic.c2s.", "gov.sgov.sc2s.", "uk.adc-e.cloud.",
}

// ParseEndpointService reads a service name.
func ParseEndpointService(name graph.Value) EndpointService {
	s := EndpointService{value: name, Region: graph.Null()}
	parts, ok := name.Parts()
	switch {
	case name.IsNull():
		s.Why, s.foreign = "it has no service name", true
		return s
	case !ok:
		s.Why = "its service name is not decided: " + Explain(name)
		return s
	}
	if len(parts) == 1 && parts[0].Hole == nil {
		s.literal(parts[0].Literal)
		return s
	}
	s.template(parts)
	return s
}

// literal reads a name that is wholly known.
func (s *EndpointService) literal(name string) {
	i := slices.IndexFunc(servicePrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
	if i < 0 {
		s.Why, s.foreign = "its service name is not one of an AWS service", true
		return
	}
	rest := name[len(servicePrefixes[i]):]
	s.SageMaker = servicePrefixes[i] == "aws.sagemaker."
	if region, service, ok := strings.Cut(rest, "."); ok && regionName.MatchString(region) {
		s.Region, s.Name = graph.String(region), service
	} else {
		s.Name = rest
	}
	if strings.HasPrefix(s.Name, "vpce-svc-") || strings.HasPrefix(s.Name, "vpce.") {
		s.Name, s.Why, s.foreign = "", "it is an endpoint service of somebody's own", true
	}
}

// template reads a name with holes. What stands between the prefix and the next dot is the Region.
func (s *EndpointService) template(parts []graph.Part) {
	head := parts[0].Literal
	if strings.HasPrefix(head, "com.amazonaws.vpce.") || slices.ContainsFunc(parts, ownService) {
		s.Why, s.foreign = "it is an endpoint service of somebody's own", true
		return
	}
	for _, prefix := range servicePrefixes {
		if rest, ok := strings.CutPrefix(head, prefix); ok {
			s.SageMaker = prefix == "aws.sagemaker."
			s.regionAndName(append([]graph.Part{{Literal: rest}}, parts[1:]...))
			return
		}
	}
	s.PrefixUndecided = slices.ContainsFunc(servicePrefixes, func(prefix string) bool { return strings.HasPrefix(prefix, head) })
	if !s.PrefixUndecided {
		s.Why, s.foreign = "its service name is not one of an AWS service", true
		return
	}
	s.nameAtEnd(parts)
}

// regionAndName reads what follows a prefix: a Region, of literals and holes, up to the first dot, then the service.
func (s *EndpointService) regionAndName(rest []graph.Part) {
	for i, p := range rest {
		region, name, ok := strings.Cut(p.Literal, ".")
		if p.Hole != nil || !ok {
			continue
		}
		if i < len(rest)-1 {
			if i == 0 && regionName.MatchString(region) {
				s.Region = graph.String(region)
			}
			s.undecided(rest)
			return
		}
		if all, part := listedEnd(name); part && !all {
			s.undecided(rest) // the hole may be more than the Region
			return
		}
		s.Region = graph.Template(append(slices.Clone(rest[:i]), graph.Part{Literal: region})...)
		if i == 2 && rest[0].Literal+region == "" {
			s.Region = graph.Hole(rest[1].Hole)
		}
		s.Name = name
		return
	}
	s.undecided(rest)
}

// nameAtEnd reads a name whose prefix is not decided. What is at its end is the service if AWS lists it, and no other that ends so.
func (s *EndpointService) nameAtEnd(parts []graph.Part) {
	last := parts[len(parts)-1]
	name, ok := strings.CutPrefix(last.Literal, ".")
	if last.Hole != nil || !ok {
		s.undecided(parts)
		return
	}
	region, service, ok := strings.Cut(name, ".")
	all, part := listedEnd(name)
	switch {
	case ok && regionName.MatchString(region):
		s.Region, name = graph.String(region), service
	case part || !all:
		s.undecided(parts)
		return
	default:
		s.Region = graph.Hole(parts[len(parts)-2].Hole)
	}
	s.Name, s.SageMaker = name, sageMakerPrefixed(name)
}

// undecided notes that a template does not decide the service. The last hole is why: an earlier one may be the Region.
func (s *EndpointService) undecided(parts []graph.Part) {
	for _, p := range slices.Backward(parts) {
		if p.Hole != nil {
			s.Why = "its service name is not decided: " + Explain(graph.Hole(p.Hole))
			return
		}
	}
}

// ownService reports whether a part of a name is that of an endpoint service that the files create.
func ownService(p graph.Part) bool {
	return p.Hole != nil && p.Hole.Resource != nil && !p.Hole.Resource.Data &&
		slices.Contains([]string{"aws_vpc_endpoint_service", "awscc_ec2_vpc_endpoint_service", "AWS::EC2::VPCEndpointService"}, p.Hole.Resource.NativeType)
}

// Is decides whether the service is the one with a short name: "s3", "sagemaker.api"; "notebook" and "studio" are those of the prefix
// aws.sagemaker. A FIPS endpoint is its plain service, and no plain one is the FIPS one ("sts-fips").
func (s EndpointService) Is(service string) graph.Truth {
	if s.foreign {
		return graph.False
	}
	if s.Name != "" {
		return graph.TruthOf((s.Name == service || s.Plain() == service) && s.SageMaker == sageMakerPrefixed(service))
	}
	cases := s.value.Cases()
	if len(cases) == 1 {
		return s.couldBe(service)
	}
	var all graph.Truth
	for i, c := range cases {
		t := ParseEndpointService(c.Value).Is(service)
		if i > 0 && t != all {
			return graph.Undecided
		}
		all = t
	}
	return all
}

// couldBe is Is for a name that is not decided: undecided, unless its literal ends exclude the service.
func (s EndpointService) couldBe(service string) graph.Truth {
	switch s.value.Kind() {
	case graph.KindUnknown, graph.KindInvalid:
		return graph.Undecided
	case graph.KindTemplate, graph.KindHole, graph.KindRef:
		parts, _ := s.value.Parts()
		if last := parts[len(parts)-1].Hole; last != nil && len(last.Allowed) > 0 {
			return oneOf(parts[:len(parts)-1], last.Allowed, service)
		}
		if fits(parts, service) || fits(parts, service+"-fips") {
			return graph.Undecided
		}
	}
	return graph.False
}

// oneOf is couldBe for a name whose end the files list: decided where every one of the ends gives the same answer.
func oneOf(start []graph.Part, ends []string, service string) graph.Truth {
	var all graph.Truth
	for i, end := range ends {
		name := graph.Template(append(start[:len(start):len(start)], graph.Part{Literal: end})...)
		t := ParseEndpointService(name).Is(service)
		if i > 0 && t != all {
			return graph.Undecided
		}
		all = t
	}
	return all
}

// fits reports whether the literal ends of a template allow a service.
func fits(parts []graph.Part, service string) bool {
	tail := parts[len(parts)-1].Literal
	if !strings.HasSuffix("."+service, tail) && !strings.HasSuffix(tail, "."+service) {
		return false
	}
	head := parts[0].Literal
	i := slices.IndexFunc(servicePrefixes, func(p string) bool { return strings.HasPrefix(head, p) })
	if i < 0 {
		return true
	}
	if (servicePrefixes[i] == "aws.sagemaker.") != sageMakerPrefixed(service) {
		return false
	}
	region, start, ok := strings.Cut(head[len(servicePrefixes[i]):], ".")
	return !ok || !regionName.MatchString(region) || strings.HasPrefix(service, start)
}

func sageMakerPrefixed(service string) bool {
	return slices.Contains([]string{"notebook", "studio", "experiments", "partner-app"}, strings.TrimSuffix(service, "-fips"))
}

// Plain is the service without -fips.
func (s EndpointService) Plain() string { return strings.TrimSuffix(s.Name, "-fips") }

// IsAWS reports whether the service is, or may be, one of AWS and not an endpoint service of somebody's own.
func (s EndpointService) IsAWS() bool { return s.Name != "" || !s.foreign }

// TakesPolicy reports whether an endpoint of the service can have a policy, as far as it is known that one cannot: the FIPS endpoint of
// the SageMaker Runtime and that of Elastic Inference have none.
func (s EndpointService) TakesPolicy() bool {
	return s.Name != "sagemaker.runtime-fips" && s.Name != "elastic-inference.runtime"
}

// IsSageMaker reports whether the endpoint serves SageMaker itself: its APIs, notebooks, Studio or Elastic Inference.
func (s EndpointService) IsSageMaker() bool {
	return s.SageMaker || strings.HasPrefix(s.Name, "sagemaker.") || s.Name == "elastic-inference.runtime"
}

// Explain says what would decide a value: the reason of what is unknown, else a condition, else a hole. An attribute of a resource that the
// files create explains least: that only the cloud knows it is seldom what a question turns on.
func Explain(v graph.Value) string {
	var unknown, condition, hole, attribute string
	v.Walk(func(w graph.Value) bool {
		unknown = cmp.Or(unknown, w.Why(), w.WhyOpen())
		if w.Kind() == graph.KindChoice {
			for _, c := range w.Cases() {
				c.When.Atoms(func(a graph.Atom) { condition = cmp.Or(condition, dependsOn(a.ID)) })
			}
		}
		return true
	})
	v.Identities(func(id *graph.Identity) {
		switch {
		case id.Resource == nil || id.Resource.Data:
			hole = cmp.Or(hole, dependsOn(id))
		case id.Resource.Many:
			hole = cmp.Or(hole, "how many there are of "+id.Resource.Address+" is not decided")
		default:
			attribute = cmp.Or(attribute, dependsOn(id))
		}
	})
	return cmp.Or(unknown, condition, hole, attribute, "nothing in the files decides it")
}

func dependsOn(id *graph.Identity) string {
	if id.Hint == "" {
		return "it depends on " + id.Name
	}
	return "it depends on " + id.Name + " (" + id.Hint + ")"
}
