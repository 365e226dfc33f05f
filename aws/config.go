package aws

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// Config is what the user decides beyond the files. The zero value leaves everything to them.
type Config struct {
	// AssumeClosed says that the scanned endpoints of a VPC that the files only refer to are all that it has.
	AssumeClosed bool
	// VPCs says what the user knows of single networks, by the names that messages give them ("aws_vpc.main", "var.vpc_id",
	// "vpc-0abc"), with or without ".id", and where one name means several networks with the root before it ("envs/prod:var.vpc_id").
	VPCs map[string]KnownVPC
	// Canvas says how SageMaker Canvas is used.
	Canvas CanvasConfig
	// FIPS requires the FIPS endpoint of every service that is known to have one.
	FIPS bool
}

// KnownVPC is what the user knows of a network beyond the files.
type KnownVPC struct {
	// Closed says whether the endpoints that the files and this configuration show are all that there are; nil leaves it to the files.
	Closed *bool
	// Endpoints are short names of services that have a usable endpoint: "sts", "sagemaker.api", "notebook".
	Endpoints []string
}

// CanvasConfig says how SageMaker Canvas is used.
type CanvasConfig struct {
	// Profile says which endpoints are required beside those of features in use; empty means [TierDocumented].
	Profile Tier
	// Features are in use whether or not it shows in the files.
	Features []Tier
	// Assume says which domains use Canvas; empty means [AssumeAlways].
	Assume Assumption
}

// Assumption says which domains are taken to use SageMaker Canvas.
type Assumption string

// The assumptions. A domain means Canvas as [Canvas.Meant] says.
const (
	AssumeAlways           Assumption = "always"             // every domain that does not hide it
	AssumeLikelyOrExplicit Assumption = "likely-or-explicit" // every domain whose code means it
	AssumeAsk              Assumption = "ask"                // unknown where the code does not mean it
	AssumeNever            Assumption = "never"              // none
)

// Assumptions lists every assumption, the default first.
func Assumptions() []Assumption {
	return []Assumption{AssumeAlways, AssumeLikelyOrExplicit, AssumeAsk, AssumeNever}
}

// Profiles lists what can be required of a network that Canvas is used in, most first: each profile requires what those after it do.
func Profiles() []Tier { return []Tier{TierDocumented, TierStandardBuild, TierCore} }

// Features lists the features of Canvas that need endpoints of their own, sorted.
func Features() []Tier {
	var all []Tier
	for _, s := range slices.Concat(canvasServices, requestedServices) {
		all = append(all, s.features...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.DeleteFunc(all, func(t Tier) bool { return t == TierCore || t == TierStandardBuild })
}

// Services lists the short names of every service that a VPC endpoint can be for, FIPS endpoints included, sorted.
func Services() []string {
	var all []string
	for _, section := range []string{sectionPlain, sectionElsewhere, sectionGlobal, sectionSageMaker, sectionAPI} {
		all = append(all, listedServices[section]...)
	}
	for _, service := range fipsServices {
		all = append(all, service+"-fips")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fipsServices are those with a FIPS endpoint among the services that checks ask for, as "AWS services that integrate with AWS PrivateLink"
// lists them. That of CloudWatch is none of them: the private DNS of the plain endpoint covers its FIPS host, too.
var fipsServices = []string{
	"bedrock", "bedrock-runtime", "ec2", "elasticmapreduce", "events", "forecast", "forecastquery", "kms", "rds", "redshift",
	"redshift-data", "rekognition", "sagemaker.api", "sagemaker.featurestore-runtime", "sagemaker.runtime", "ssm", "sts", "textract",
}

// Required is the short name of the endpoint that the clients of a service need: the service's own, or where the configuration requires
// it the FIPS one.
func (w *World) Required(service string) string {
	if w.Config.FIPS && slices.Contains(fipsServices, service) {
		return service + "-fips"
	}
	return service
}

// known is what the configuration says of a network. What is said of it in one root wins over what is said everywhere.
func (v *VPC) known() (known KnownVPC, ok bool) {
	name, ok := v.configName()
	return v.world.Config.VPCs[name], ok
}

// configName is the name under which the configuration says something of a network.
func (v *VPC) configName() (string, bool) {
	if len(v.world.Config.VPCs) == 0 {
		return "", false
	}
	for _, name := range []string{v.root() + ":" + v.Name, v.Name} {
		for _, form := range []string{name, name + ".id"} {
			if _, ok := v.world.Config.VPCs[form]; ok {
				return form, true
			}
		}
	}
	return "", false
}

// NamedVPCs are the names in the configuration that a network of the world has.
func (w *World) NamedVPCs() []string {
	var all []string
	for _, v := range w.vpcs {
		if name, ok := v.configName(); ok {
			all = append(all, name)
		}
	}
	return all
}

// root is the root whose name for the network Name is, empty when it means the same everywhere.
func (v *VPC) root() string {
	switch {
	case v.identity == nil:
		return ""
	case v.identity.Resource != nil:
		return v.identity.Resource.Root
	}
	return v.identity.Root
}

// given reports whether the configuration says that the network has a usable endpoint of a service.
func (v *VPC) given(service string) bool {
	known, _ := v.known()
	return slices.ContainsFunc(known.Endpoints, func(name string) bool {
		return name == service || strings.TrimSuffix(name, "-fips") == service
	})
}

// assume applies what the configuration says about the use of Canvas to what the files tell.
func (c *Canvas) assume(config CanvasConfig) {
	for _, f := range config.Features {
		c.add(f)
	}
	switch config.Assume {
	case AssumeNever:
		c.Hidden = graph.True
	case AssumeLikelyOrExplicit:
		if !c.Meant {
			c.Hidden = graph.True
		}
	case AssumeAsk:
		if !c.Meant && c.Hidden == graph.False {
			c.Hidden = graph.Undecided
			c.Why = "the files do not say whether the domain's users use Canvas, and canvas.assume in the configuration is " + string(AssumeAsk)
		}
	case AssumeAlways, "":
	}
}
