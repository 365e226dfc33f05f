package aws

import "github.com/iacscan/iacscan/graph"

// Accelerated is a workload that asks for an Elastic Inference accelerator.
type Accelerated struct {
	*graph.Resource
	// Accelerator is the attribute that asks for it.
	Accelerator Attribute
	// Subnets are those of the workload; null where it is in no VPC of yours.
	Subnets Refs
	Groups  Refs
	Role    Ref
}

// Accelerated are the notebook instances and endpoint configurations that ask, or may ask, for an accelerator. What a configuration's
// model uses of the network and of IAM is what counts for it.
func (w *World) Accelerated() []Accelerated {
	var all []Accelerated
	for _, n := range w.NotebookInstances {
		if types, more := n.AcceleratorTypes.Elements(); len(types) > 0 || more {
			all = append(all, Accelerated{n.Resource, n.AcceleratorTypes.Attribute, Refs{n.Subnet.Attribute}, n.SecurityGroups, n.Role})
		}
	}
	for _, c := range w.EndpointConfigs {
		if a := w.acceleratedVariant(c); a != nil {
			all = append(all, *a)
		}
	}
	return all
}

// acceleratedVariant is the first variant of a configuration that asks for an accelerator, else the first that may; nil when none does.
func (w *World) acceleratedVariant(c *EndpointConfig) *Accelerated {
	var first *Accelerated
	for _, v := range append(c.Variants[:len(c.Variants):len(c.Variants)], c.Shadows...) {
		if v.Accelerator.IsNull() {
			continue
		}
		a := &Accelerated{Resource: c.Resource, Accelerator: v.Accelerator}
		if m := w.modelOf(c, v); m != nil {
			a.Subnets, a.Groups, a.Role = m.VPCConfig.Subnets, m.VPCConfig.SecurityGroups, m.Role
		} else {
			a.Subnets.Value = graph.Unknown("the model of the variant is not in the scanned files")
		}
		switch asks := a.Asks(); {
		case asks == graph.True:
			return a
		case asks == graph.Undecided && first == nil:
			first = a
		}
	}
	return first
}

// Asks decides whether it asks for an accelerator, whichever that is. An empty name is none.
func (a Accelerated) Asks() graph.Truth {
	var all graph.Truth
	for i, c := range a.Accelerator.Cases() {
		asks := asksFor(c.Value)
		if i > 0 && asks != all {
			return graph.Undecided
		}
		all = asks
	}
	return all
}

// asksFor decides whether a value names an accelerator, or lists some.
func asksFor(v graph.Value) graph.Truth {
	types, _ := v.Elements()
	name, known := v.Text()
	switch {
	case len(types) > 0, v.Kind() == graph.KindTemplate, known && name != "":
		return graph.True
	case v.IsNull(), known, v.Kind() == graph.KindList && !v.IsOpen():
		return graph.False
	}
	return graph.Undecided
}

// AcceleratedClients are those that are in a VPC for sure.
func (w *World) AcceleratedClients(v *VPC) []Accelerated {
	var in []Accelerated
	for _, a := range w.Accelerated() {
		if vpc, _ := w.VPCOf(graph.Null(), a.Subnets); v != nil && vpc == v {
			in = append(in, a)
		}
	}
	return in
}

// modelOf is the model of a configuration's variant, nil when no file declares it. A name stands for a model of the same root.
func (w *World) modelOf(c *EndpointConfig, v Variant) *Model {
	for _, m := range w.Models {
		if id := v.Model.Identity(); id != nil && id.Resource == m.Resource {
			return m
		}
		if m.Root == c.Root && !m.Name.IsNull() && graph.Equal(v.Model.Value, m.Name.Value) == graph.True {
			return m
		}
	}
	return nil
}

// Compute is what runs outside SageMaker and can ask for an accelerator: an instance, its launch template, a task of ECS
// (AWS::EC2::Instance, AWS::EC2::LaunchTemplate, AWS::ECS::TaskDefinition, aws_launch_template, aws_ecs_task_definition).
type Compute struct {
	*graph.Resource
	Accelerators     Attribute `cfn:"ElasticInferenceAccelerators" tf:"elastic_inference_accelerator"`
	TaskAccelerators Attribute `cfn:"InferenceAccelerators" tf:"inference_accelerator"`
	Template         struct {
		Accelerators Attribute `cfn:"ElasticInferenceAccelerators"`
	} `cfn:"LaunchTemplateData" tf:"-"`
}

// Asks decides whether it asks for an accelerator, and by which attribute.
func (c *Compute) Asks() (by Attribute, asks graph.Truth) {
	for _, a := range []Attribute{c.Accelerators, c.TaskAccelerators, c.Template.Accelerators} {
		if a.IsNull() {
			continue
		}
		listed, ok := a.Value.Elements()
		switch {
		case len(listed) > 0:
			return a, graph.True
		case !ok || a.IsOpen():
			return a, graph.Undecided
		}
	}
	return Attribute{}, graph.False
}
