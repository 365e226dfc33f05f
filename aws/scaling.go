package aws

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// hostedEndpoint is an endpoint that hosts models (AWS::SageMaker::Endpoint, aws_sagemaker_endpoint).
type hostedEndpoint struct {
	*graph.Resource
	Name   Attribute `cfn:"EndpointName" tf:"name"`
	Config Ref       `cfn:"EndpointConfigName"`
}

// scalableTarget lets Application Auto Scaling change how many there are of something
// (AWS::ApplicationAutoScaling::ScalableTarget, aws_appautoscaling_target). The id of a variant of an endpoint is
// "endpoint/<name>/variant/<name>".
type scalableTarget struct {
	*graph.Resource
	ID  Attribute `cfn:"ResourceId"`
	Max Attribute `cfn:"MaxCapacity"`
}

// scaledTo is the number of instances up to which the files scale a variant of a configuration, null where they do not; unknown where a
// target of scaling may be the variant.
func (w *World) scaledTo(c *EndpointConfig, v Variant) Attribute {
	for _, t := range w.scalableTargets {
		parts, ok := t.ID.Parts()
		switch {
		case !ok, parts[0].Hole != nil:
			return Attribute{Value: graph.Unknown("whether " + t.Address + " scales the variant is not decided: " + Explain(t.ID.Value))}
		case !strings.HasPrefix(parts[0].Literal, "endpoint/"):
			continue
		}
		switch w.targets(t, parts, c, v) {
		case graph.True:
			return t.Max
		case graph.Undecided:
			return Attribute{Value: graph.Unknown("whether " + t.Address + " scales the variant is not decided: " + Explain(t.ID.Value))}
		}
	}
	return Attribute{Value: graph.Null()}
}

// targets decides whether the id of a scalable target is that of a variant of a configuration.
func (w *World) targets(t *scalableTarget, id []graph.Part, c *EndpointConfig, v Variant) graph.Truth {
	is := graph.False
	for _, e := range w.hosted {
		byName := !c.Name.IsNull() && graph.Equal(e.Config.Value, c.Name.Value) == graph.True
		if e.Root != t.Root || !byName && !refersTo(e.Config.Value, c.Resource) {
			continue
		}
		names := []graph.Value{e.Name.Value, graph.Reference(e.Resource, "name"), graph.Reference(e.Resource, "EndpointName")}
		for _, name := range names {
			endpoint, ok := name.Parts()
			variant, ok2 := v.Name.Parts()
			if !ok || !ok2 || name.IsNull() {
				continue
			}
			whole := []graph.Part{{Literal: "endpoint/"}}
			whole = append(append(whole, endpoint...), graph.Part{Literal: "/variant/"})
			is = is.Or(graph.Equal(graph.Template(append(whole, variant...)...), graph.Template(id...)))
		}
	}
	return is
}
