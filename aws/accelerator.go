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
		for _, v := range append(c.Variants[:len(c.Variants):len(c.Variants)], c.Shadows...) {
			if v.Accelerator.IsNull() {
				continue
			}
			a := Accelerated{Resource: c.Resource, Accelerator: v.Accelerator}
			if m := w.modelOf(v); m != nil {
				a.Subnets, a.Groups, a.Role = m.VPCConfig.Subnets, m.VPCConfig.SecurityGroups, m.Role
			} else {
				a.Subnets.Value = graph.Unknown("the model of the variant is not in the scanned files")
			}
			all = append(all, a)
			break // one finding for a configuration
		}
	}
	return all
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

// modelOf is the model of a variant, nil when no file declares it.
func (w *World) modelOf(v Variant) *Model {
	for _, m := range w.Models {
		if id := v.Model.Identity(); id != nil && id.Resource == m.Resource {
			return m
		}
		if !m.Name.IsNull() && graph.Equal(v.Model.Value, m.Name.Value) == graph.True {
			return m
		}
	}
	return nil
}
