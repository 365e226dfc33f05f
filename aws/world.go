package aws

import (
	"cmp"
	"slices"

	"github.com/iacscan/iacscan/graph"
)

// World is the AWS view of one graph.
type World struct {
	Graph  *graph.Graph
	Config Config

	Domains           []*Domain
	UserProfiles      []*UserProfile
	Apps              []*App
	NotebookInstances []*NotebookInstance
	Models            []*Model
	EndpointConfigs   []*EndpointConfig
	Endpoints         []*Endpoint
	Computes          []*Compute
	RouteTables       []*RouteTable
	Subnets           []*Subnet
	HostedZones       []*HostedZone
	Buckets           []*Bucket
	IdentityPolicies  []*IdentityPolicy
	Roles             []*Role

	vpcs    map[string]*VPC
	subnets map[*graph.Resource]*Subnet
	routes  []*standaloneRoute

	exported map[*graph.Resource]bool          // what outputs name, once it is asked for
	received map[*graph.Resource]*graph.Opaque // what unreadable modules and stacks receive

	associations     []*routeTableAssociation
	mainAssociations []*mainTableAssociation
	mainRoutes       map[string][]Route // of main tables that no resource of the files is, by the VPC's key
	strayRoutes      []strayRoute
	groups           map[*graph.Resource]*SecurityGroup

	standaloneRules []standaloneRule
	defaultGroups   []*graph.Resource // aws_default_security_group
	hosted          []*hostedEndpoint
	scalableTargets []*scalableTarget
	attachments     []*policyAttachment
	permissions     map[*graph.Resource]*Permissions // of roles, once they are asked for
	bucketPolicies  []*bucketPolicy
}

// NewWorld makes the views of a graph.
func NewWorld(g *graph.Graph, config Config) *World {
	w := &World{Graph: g, Config: config, vpcs: map[string]*VPC{}, subnets: map[*graph.Resource]*Subnet{}}
	w.permissions = map[*graph.Resource]*Permissions{}
	w.groups, w.received = map[*graph.Resource]*SecurityGroup{}, map[*graph.Resource]*graph.Opaque{}
	w.mainRoutes = map[string][]Route{}
	var companions []*graph.Resource
	for _, r := range g.Resources {
		switch t := TypeOf(r); {
		case companionTypes[r.NativeType] != nil:
			companions = append(companions, r)
		case standaloneRuleTypes[r.NativeType] != nil:
			w.standaloneRules = append(w.standaloneRules, standaloneRuleTypes[r.NativeType](r))
		case r.Data && t != TypeVPCEndpoint: // what is only read is not judged
		case t == TypeDomain:
			w.Domains = append(w.Domains, view(r, &Domain{Resource: r, world: w}))
		case t == TypeUserProfile:
			w.UserProfiles = append(w.UserProfiles, view(r, &UserProfile{Resource: r}))
		case t == TypeApp:
			w.Apps = append(w.Apps, view(r, &App{Resource: r}))
		case t == TypeNotebookInstance:
			w.NotebookInstances = append(w.NotebookInstances, view(r, &NotebookInstance{Resource: r}))
		case t == TypeModel:
			w.Models = append(w.Models, view(r, &Model{Resource: r}))
		case t == TypeEndpointConfig:
			w.EndpointConfigs = append(w.EndpointConfigs, view(r, &EndpointConfig{Resource: r}))
		case t == TypeEndpoint:
			w.hosted = append(w.hosted, view(r, &hostedEndpoint{Resource: r}))
		case t == TypeScalableTarget:
			w.scalableTargets = append(w.scalableTargets, view(r, &scalableTarget{Resource: r}))
		case t == TypeLaunchTemplate, t == TypeInstance, t == TypeTaskDefinition:
			w.Computes = append(w.Computes, view(r, &Compute{Resource: r}))
		case t == TypeVPCEndpoint:
			w.Endpoints = append(w.Endpoints, view(r, &Endpoint{Resource: r}))
		case t == TypeSubnet:
			w.Subnets = append(w.Subnets, w.Subnet(graph.Reference(r, "")))
		case t == TypeHostedZone:
			w.HostedZones = append(w.HostedZones, view(r, &HostedZone{Resource: r}))
		case t == TypeBucket:
			w.Buckets = append(w.Buckets, view(r, &Bucket{Resource: r}))
		case t == TypeRouteTable:
			w.RouteTables = append(w.RouteTables, view(r, &RouteTable{Resource: r}))
		case r.NativeType == defaultSecurityGroup:
			w.defaultGroups = append(w.defaultGroups, r)
		case slices.Contains(attachmentTypes, r.NativeType):
			w.attachments = append(w.attachments, view(r, &policyAttachment{Resource: r}))
		case t == TypeBucketPolicy:
			w.bucketPolicies = append(w.bucketPolicies, view(r, &bucketPolicy{Resource: r}))
		case t == TypeRole:
			w.Roles = append(w.Roles, view(r, &Role{Resource: r}))
		case slices.Contains(identityPolicyTypes, t):
			w.IdentityPolicies = append(w.IdentityPolicies, view(r, &IdentityPolicy{Resource: r}))
		case t == TypeRouteTableAssociation:
			w.associations = append(w.associations, view(r, &routeTableAssociation{Resource: r}))
		case r.NativeType == "aws_main_route_table_association":
			w.mainAssociations = append(w.mainAssociations, view(r, &mainTableAssociation{Resource: r}))
		case t == TypeRoute:
			w.routes = append(w.routes, view(r, &standaloneRoute{Resource: r}))
		}
	}
	w.mergeCompanions(companions)
	w.linkRoutes()
	w.link()
	return w
}

// view fills a view from its resource.
func view[T any](r *graph.Resource, v *T) *T {
	fill(v, r)
	return v
}

// link relates the views to their networks.
func (w *World) link() {
	for _, e := range w.Endpoints {
		e.Service = ParseEndpointService(e.ServiceName.Value)
		if e.VPC, _ = w.VPCOf(e.VPCID.Value, Refs{}); e.VPC != nil {
			e.VPC.Endpoints = append(e.VPC.Endpoints, e)
		}
	}
	for _, d := range w.Domains {
		if vpc, _ := w.VPCOf(d.VPC.Value, d.Subnets); vpc != nil {
			vpc.Domains = append(vpc.Domains, d)
		}
	}
	for _, n := range w.NotebookInstances {
		if vpc, _ := w.VPCOf(graph.Null(), Refs{n.Subnet.Attribute}); vpc != nil {
			vpc.hostsSageMaker = true
		}
	}
	for _, m := range w.Models {
		if vpc, _ := w.VPCOf(graph.Null(), m.VPCConfig.Subnets); vpc != nil {
			vpc.hostsSageMaker = true
			vpc.Models = append(vpc.Models, m)
		}
	}
	for _, o := range w.Graph.Opaque {
		w.linkOpaque(o)
	}
}

// linkOpaque notes which networks an unreadable module or stack may add to: those that it receives, itself or a part of. A macro may add to
// all that its template uses.
func (w *World) linkOpaque(o *graph.Opaque) {
	if o.Exists.Decide() == graph.False || o.Inputs == nil {
		return
	}
	for _, vpc := range w.vpcs {
		if o.Within && vpc.usedIn(o.Root) {
			vpc.opaque = append(vpc.opaque, o)
		}
	}
	for _, input := range o.Inputs().Values() {
		input.Identities(func(id *graph.Identity) {
			if id.Resource != nil {
				w.received[id.Resource] = o
			}
		})
		input.Walk(func(v graph.Value) bool {
			if vpc := w.networkIn(v); vpc != nil && !slices.Contains(vpc.opaque, o) {
				vpc.opaque = append(vpc.opaque, o)
			}
			return true
		})
	}
}

// networkIn is the known network that a single value names, itself or by a part of it (a subnet, a route table, a security group).
func (w *World) networkIn(v graph.Value) *VPC {
	if id := v.Identity(); id != nil && id.Resource != nil {
		switch TypeOf(id.Resource) {
		case TypeSubnet, TypeRouteTable, TypeSecurityGroup:
			name := "vpc_id"
			if dialectOf(id.Resource.NativeType) == cfnDialect {
				name = "VpcId"
			}
			v = id.Resource.Attribute(name)
		}
	}
	return w.vpcs[vpcKey(v)]
}

// Subnet is the subnet that a value names, nil when no file declares it.
func (w *World) Subnet(v graph.Value) *Subnet {
	id := v.Identity()
	if id == nil || id.Resource == nil || id.Resource.Data || TypeOf(id.Resource) != TypeSubnet {
		return nil
	}
	s := w.subnets[id.Resource]
	if s == nil {
		s = view(id.Resource, &Subnet{Resource: id.Resource})
		w.subnets[id.Resource] = s
	}
	return s
}

// Exported reports whether an output of a root is, or holds, a resource or its id, so that another root may add to it.
func (w *World) Exported(r *graph.Resource) bool {
	if w.exported == nil {
		w.exported = map[*graph.Resource]bool{}
		for _, output := range w.Graph.Exports {
			output().Identities(func(id *graph.Identity) { w.exported[id.Resource] = true })
		}
	}
	return w.exported[r]
}

// SameZone decides whether some subnets all lie in one Availability Zone. Fewer than two always do.
func (w *World) SameZone(subnets []graph.Value) graph.Truth {
	if len(subnets) < 2 {
		return graph.True
	}
	var first graph.Value
	all := graph.True
	for i, v := range subnets {
		s := w.Subnet(v)
		if s == nil || s.zone().IsNull() {
			return graph.Undecided
		}
		if i == 0 {
			first = s.zone()
			continue
		}
		if DifferentZones(first, s.zone()) {
			return graph.False
		}
		all = all.And(graph.Equal(first, s.zone()))
	}
	return all
}

// VPCs are the networks that the world knows, in order of their names.
func (w *World) VPCs() []*VPC {
	all := make([]*VPC, 0, len(w.vpcs))
	for _, v := range w.vpcs {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b *VPC) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.key, b.key)) })
	return all
}
