package aws

import (
	"slices"

	"github.com/iacscan/iacscan/graph"
)

// VPC is a network: one that the files create, or one that they only refer to. Two references to one unset variable are one VPC.
type VPC struct {
	// Name is how the files call it: "aws_vpc.main", "var.vpc_id", "vpc-0abc".
	Name string
	// Resource creates it, nil when it is known only by reference.
	Resource *graph.Resource
	// Endpoints, Domains and Models are those that are in it for sure.
	Endpoints []*Endpoint
	Domains   []*Domain
	Models    []*Model

	key            string
	hostsSageMaker bool
	identity       *graph.Identity
	opaque         []*graph.Opaque // unreadable modules and stacks that receive it
	world          *World
}

// VPCOf is the network that a value names, or where it is null the one that the subnets are in. It is nil when the files do not decide
// which; why says so then.
func (w *World) VPCOf(id graph.Value, subnets Refs) (vpc *VPC, why string) {
	if !id.IsNull() {
		return w.vpc(id)
	}
	elements, _ := subnets.Elements()
	all, _ := subnets.Value.Elements() // however many there are of each
	for _, e := range append(elements, all...) {
		if s := w.Subnet(e); s != nil {
			return w.vpc(s.VPC.Value)
		}
	}
	why = "the files do not say which VPC it is in"
	if len(elements) > 0 {
		return nil, why + ": they do not create the subnet " + elements[0].String()
	}
	if !subnets.IsNull() {
		why += ": " + Explain(subnets.Value)
	}
	return nil, why
}

// vpc is the network that a value names.
func (w *World) vpc(v graph.Value) (vpc *VPC, why string) {
	key := vpcKey(v)
	if key == "" {
		return nil, "its VPC is not decided: " + Explain(v)
	}
	if vpc := w.vpcs[key]; vpc != nil {
		return vpc, ""
	}
	vpc = &VPC{key: key, world: w, identity: v.Identity()}
	switch text, ok := v.Text(); {
	case ok:
		vpc.Name = text
	case vpc.identity != nil && vpc.identity.Resource != nil && TypeOf(vpc.identity.Resource) == TypeVPC:
		vpc.Name = vpc.identity.Resource.Address
		if !vpc.identity.Resource.Data {
			vpc.Resource = vpc.identity.Resource
		}
	case vpc.identity != nil:
		vpc.Name = vpc.identity.Name
	default:
		vpc.Name = v.String()
	}
	w.vpcs[key] = vpc
	return vpc, ""
}

// vpcKey is equal for values that name the same network, empty for a value that names none for sure. Every attribute of a VPC resource
// that a VPC argument takes (id, Ref, VpcId) stands for that VPC.
func vpcKey(v graph.Value) string {
	switch v.Kind() {
	case graph.KindString, graph.KindTemplate, graph.KindHole, graph.KindRef:
		id := v.Identity()
		switch {
		case id == nil:
			return v.Key()
		case id.Resource != nil && TypeOf(id.Resource) == TypeVPC:
			return "resource " + id.Resource.Root + "\x00" + id.Resource.Address
		}
		return graph.Hole(id).Key()
	case graph.KindChoice:
		key := ""
		for i, c := range v.Cases() {
			k := vpcKey(c.Value)
			if i > 0 && k != key {
				return ""
			}
			key = k
		}
		return key
	}
	return ""
}

// usedIn reports whether a root creates or names the network, or has a domain or an endpoint in it.
func (v *VPC) usedIn(root string) bool {
	if id := v.identity; id != nil && (id.Root == root || id.Resource != nil && id.Resource.Root == root) {
		return true
	}
	return slices.ContainsFunc(v.Domains, func(d *Domain) bool { return d.Root == root }) ||
		slices.ContainsFunc(v.Endpoints, func(e *Endpoint) bool { return e.Root == root })
}

// HostsSageMaker reports whether the VPC is one that SageMaker uses: it holds a domain, a notebook instance or a model, or it has an
// endpoint for a SageMaker service, as a network stack has whose workloads are declared elsewhere, or the configuration names it.
func (v *VPC) HostsSageMaker() bool {
	if _, named := v.known(); named || v.hostsSageMaker || len(v.Domains) > 0 {
		return true
	}
	for _, e := range v.Endpoints {
		if e.Service.IsSageMaker() && e.Exists.Decide() != graph.False {
			return true
		}
	}
	return false
}

// Inventory says how complete the known endpoints of a VPC are.
type Inventory uint8

// The inventories. Only where it is not open is an endpoint that is not there missing.
const (
	// OpenInventory may have endpoints that the files do not show.
	OpenInventory Inventory = iota
	// ManagedInventory is that of a VPC known by reference to which the files attach endpoints: it is taken to be managed here, unless
	// another stack provides more.
	ManagedInventory
	// ClosedInventory is complete.
	ClosedInventory
)

// Inventory says whether an endpoint that the files do not show can exist, and if so why.
func (v *VPC) Inventory() (inventory Inventory, why string) {
	known, _ := v.known()
	switch {
	case known.Closed != nil && !*known.Closed:
		return OpenInventory, "the configuration says that " + v.Name + " has endpoints that the scanned files do not show"
	case known.Closed != nil, v.world.Config.AssumeClosed:
		return ClosedInventory, ""
	case v.identity != nil && v.identity.Opaque != nil:
		return OpenInventory, v.identity.Opaque.Address + " (" + v.identity.Opaque.Source +
			") creates the VPC and may create endpoints in it: " + v.identity.Opaque.Hint
	case len(v.opaque) > 0:
		return OpenInventory, v.opaque[0].Address + " (" + v.opaque[0].Source + ") receives " + v.Name +
			" and may create endpoints in it: " + v.opaque[0].Hint
	case len(v.Endpoints) == 0 && v.centralRouting():
		return OpenInventory, "the VPC has no endpoint and its default route leads to a transit gateway: the endpoints may be central"
	case v.Resource != nil:
		return ClosedInventory, ""
	case slices.ContainsFunc(v.Endpoints, v.attaches):
		return ManagedInventory, ""
	}
	return OpenInventory, v.Name + " is a VPC that the scanned files neither create nor give any endpoint: scan it together with " +
		"the code that does, or pass --assume-closed"
}

// attaches reports whether the files attach an endpoint for sure, or wherever there is one of the VPC's domains.
func (v *VPC) attaches(e *Endpoint) bool {
	return !e.Data && (e.Exists.Decide() == graph.True ||
		slices.ContainsFunc(v.Domains, func(d *Domain) bool { return graph.Implies(d.Exists, e.Exists) == graph.True }))
}

// centralRouting reports whether a default route of the VPC leads to a transit gateway.
func (v *VPC) centralRouting() bool {
	for _, t := range v.world.RouteTables {
		if vpcKey(t.VPC.Value) != v.key {
			continue
		}
		for _, r := range t.Routes {
			if r.toEverywhere() != graph.False && r.Target() == TargetTransitGateway {
				return true
			}
		}
	}
	return false
}

// Has decides whether the VPC has a usable endpoint of a service wherever a resource exists, by what the files show; an endpoint whose
// VPC, name, type or existence is not decided leaves it undecided. Usable means that the type fits the service and that an interface
// endpoint has a subnet, or that the configuration says so. An endpoint that is not declared at all counts as not there: see Inventory. A
// FIPS endpoint is one of its plain service; see [World.Required] for which of the two somebody needs.
func (v *VPC) Has(service string, wherever graph.Guard) graph.Truth {
	if v.given(service) {
		return graph.True
	}
	has := graph.False
	for _, e := range v.world.Endpoints {
		if e.VPC != nil && e.VPC != v {
			continue
		}
		is := e.Service.Is(service)
		if is == graph.False {
			continue
		}
		is = is.And(e.usable(service)).And(graph.Implies(wherever, e.Exists))
		if e.VPC == nil {
			is = is.And(graph.Undecided)
		}
		has = has.Or(is)
	}
	return has
}

// HasGateway decides whether the VPC has a gateway endpoint of a service wherever a resource exists.
func (v *VPC) HasGateway(service string, wherever graph.Guard) graph.Truth {
	has := graph.False
	for _, e := range v.Endpoints {
		has = has.Or(e.Service.Is(service).And(e.Type.Is("Gateway")).And(graph.Implies(wherever, e.Exists)))
	}
	return has
}

// SubnetsOf are the subnets that the files create in a VPC, and whether it may have more: one that they do not create may, and one that an
// unreadable module or stack receives.
func (w *World) SubnetsOf(vpc graph.Value) (subnets []graph.Value, more bool) {
	key := vpcKey(vpc)
	id := vpc.Identity()
	more = id == nil || id.Resource == nil || id.Resource.Data || w.vpcs[key] != nil && len(w.vpcs[key].opaque) > 0
	for _, s := range w.Subnets {
		switch {
		case vpcKey(s.VPC.Value) != key:
			more = more || vpcKey(s.VPC.Value) == ""
		case s.Exists.Decide() != graph.True || s.Many:
			more = true
		default:
			subnets = append(subnets, graph.Reference(s.Resource, "id"))
		}
	}
	return subnets, more
}

// usable decides whether an endpoint serves a service's clients in its VPC.
func (e *Endpoint) usable(service string) graph.Truth {
	if e.Data {
		return graph.True
	}
	iface := e.Type.Is("Interface")
	if subnets, more := e.SubnetIDs(); len(subnets) == 0 && !more {
		iface = graph.False
	}
	switch service {
	case "s3":
	case "dynamodb":
		return e.Type.Is("Gateway").Or(iface)
	default:
		return iface
	}
	return e.Type.Is("Gateway").Or(iface.And(e.Resolves()))
}

// Resolves decides whether the service's public host name leads clients in the VPC to the endpoint: it has private DNS, and not for the
// inbound resolver endpoint only.
func (e *Endpoint) Resolves() graph.Truth {
	inbound := e.DNSOptions.OnlyInboundResolver
	return e.PrivateDNS.IsTrue().And(inbound.Is("OnlyInboundResolver").Or(Bool(inbound).IsTrue()).Not())
}

// HasInventory reports whether what is not there is missing: whether the VPC's inventory is not open.
func (v *VPC) HasInventory() bool {
	inventory, _ := v.Inventory()
	return inventory != OpenInventory
}
