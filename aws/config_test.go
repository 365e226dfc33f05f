package aws

import (
	"slices"
	"testing"

	"github.com/iacscan/iacscan/graph"
)

// TestServicesAreListed holds that whatever a network can be required to have is a service that the configuration can name.
func TestServicesAreListed(t *testing.T) {
	all := Services()
	for _, s := range slices.Concat(canvasServices, requestedServices) {
		if !slices.Contains(all, s.name) {
			t.Errorf("%s is no listed service", s.name)
		}
	}
	for _, s := range fipsServices {
		if !slices.Contains(all, s) || !slices.Contains(all, s+"-fips") {
			t.Errorf("%s is no listed service with a FIPS endpoint", s)
		}
	}
	if !slices.IsSorted(fipsServices) {
		t.Error("the services with a FIPS endpoint are not in order")
	}
}

func TestFeatures(t *testing.T) {
	features := Features()
	for _, p := range canvasPolicies {
		for _, f := range p.features {
			if !slices.Contains(features, f) {
				t.Errorf("the feature %s of the policy %s has no endpoint", f, p.name)
			}
		}
	}
	for _, tier := range []Tier{TierCore, TierStandardBuild, TierDocumented, ""} {
		if slices.Contains(features, tier) {
			t.Errorf("%q is no feature", tier)
		}
	}
}

func TestRequires(t *testing.T) {
	for _, c := range []struct {
		profile Tier
		want    []Tier
	}{
		{"", []Tier{TierCore, TierStandardBuild, TierDocumented, "genai"}},
		{TierDocumented, []Tier{TierCore, TierStandardBuild, TierDocumented, "genai"}},
		{TierStandardBuild, []Tier{TierCore, TierStandardBuild, "genai"}},
		{TierCore, []Tier{TierCore, "genai"}},
	} {
		for _, tier := range []Tier{TierCore, TierStandardBuild, TierDocumented, "genai"} {
			if got, want := (CanvasConfig{Profile: c.profile}).requires(tier), slices.Contains(c.want, tier); got != want {
				t.Errorf("profile %q requires %s: %v, want %v", c.profile, tier, got, want)
			}
		}
	}
}

func TestFIPSService(t *testing.T) {
	hole := graph.Part{Hole: &graph.Identity{Name: "var.service"}}
	prefix := graph.Part{Literal: "com.amazonaws.us-east-1."}
	for _, c := range []struct {
		name        graph.Value
		plain, fips graph.Truth // is it sts, is it sts-fips
	}{
		{graph.String("com.amazonaws.us-east-1.sts"), graph.True, graph.False},
		{graph.String("com.amazonaws.us-east-1.sts-fips"), graph.True, graph.True},
		{graph.String("com.amazonaws.us-east-1.ssm-fips"), graph.False, graph.False},
		{graph.Template(prefix, hole), graph.Undecided, graph.Undecided},
		{graph.Template(prefix, hole, graph.Part{Literal: "-fips"}), graph.Undecided, graph.Undecided},
		{graph.Template(prefix, graph.Part{Literal: "ssm"}, hole), graph.False, graph.False},
	} {
		s := ParseEndpointService(c.name)
		if got := s.Is("sts"); got != c.plain {
			t.Errorf("%s is sts: %v, want %v", c.name, got, c.plain)
		}
		if got := s.Is("sts-fips"); got != c.fips {
			t.Errorf("%s is sts-fips: %v, want %v", c.name, got, c.fips)
		}
	}
}
