package aws

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// RouteTarget says where a route leads.
type RouteTarget uint8

// The targets.
const (
	TargetUndecided RouteTarget = iota
	TargetInternetGateway
	TargetNATGateway
	TargetPrivateNATGateway // into other private networks
	TargetEgressOnlyGateway
	TargetTransitGateway
	TargetCoreNetwork // of AWS Cloud WAN
	TargetPeering
	TargetVPCEndpoint      // a firewall or another appliance behind a Gateway Load Balancer
	TargetNetworkInterface // an appliance, a NAT instance
	TargetOther
)

// String names the target for messages: "a NAT gateway".
func (t RouteTarget) String() string {
	return [...]string{
		"an undecided target", "an internet gateway", "a NAT gateway", "a private NAT gateway", "an egress-only internet gateway", "a transit gateway",
		"a core network", "a peering connection", "a VPC endpoint", "a network interface", "another gateway",
	}[t]
}

// Route is one route, written within its table or on its own (AWS::EC2::Route, aws_route).
type Route struct {
	CIDR              Attribute `cfn:"DestinationCidrBlock"`
	IPv6CIDR          Attribute `cfn:"DestinationIpv6CidrBlock"`
	Gateway           Attribute `cfn:"GatewayId"`
	NATGateway        Attribute `cfn:"NatGatewayId"`
	EgressOnlyGateway Attribute `cfn:"EgressOnlyInternetGatewayId" tf:"egress_only_gateway_id"`
	TransitGateway    Attribute `cfn:"TransitGatewayId"`
	CoreNetwork       Attribute `cfn:"CoreNetworkArn"`
	Peering           Attribute `cfn:"VpcPeeringConnectionId"`
	Endpoint          Attribute `cfn:"VpcEndpointId"`
	NetworkInterface  Attribute `cfn:"NetworkInterfaceId"`
	Instance          Attribute `cfn:"InstanceId"`

	// Resource declares it: the table, or the route itself.
	Resource *graph.Resource
	Exists   graph.Guard
}

// standaloneRoute is a route that is a resource of its own.
type standaloneRoute struct {
	*graph.Resource
	Table Ref `cfn:"RouteTableId"`
}

// strayRoute is a default route of a table that the files only read.
type strayRoute struct {
	route *standaloneRoute
	table *graph.Resource
}

// RouteTable is a route table (AWS::EC2::RouteTable, aws_route_table, aws_default_route_table) with its routes, those of separate
// resources included.
type RouteTable struct {
	*graph.Resource
	VPC    Ref       `cfn:"VpcId"`
	Inline Attribute `cfn:"-" tf:"route"`

	Routes []Route
	// More says that there may be routes that the files do not decide.
	More bool
}

// routeTableAssociation gives a subnet its table.
type routeTableAssociation struct {
	*graph.Resource
	Subnet Ref `cfn:"SubnetId"`
	Table  Ref `cfn:"RouteTableId"`
}

// mainTableAssociation makes a table the main one of a VPC, for the subnets without one of their own.
type mainTableAssociation struct {
	*graph.Resource
	VPC   Ref `cfn:"-" tf:"vpc_id"`
	Table Ref `cfn:"-" tf:"route_table_id"`
}

// toEverywhere decides whether the route is a default route.
func (r *Route) toEverywhere() graph.Truth {
	return everywhere(r.CIDR.Value, "0.0.0.0/0").Or(everywhere(r.IPv6CIDR.Value, "::/0"))
}

// everywhere decides whether a destination is all addresses. Half of them is as good: two such routes are what people write to get past a
// default route.
func everywhere(destination graph.Value, all string) graph.Truth {
	if text, ok := destination.Text(); ok {
		block, err := netip.ParsePrefix(text)
		return graph.TruthOf(err == nil && block.Bits() <= 1)
	}
	return graph.Equal(destination, graph.String(all))
}

// Target is where the route leads.
func (r *Route) Target() RouteTarget {
	for _, t := range []struct {
		target RouteTarget
		to     Attribute
	}{
		{TargetNATGateway, r.NATGateway},
		{TargetEgressOnlyGateway, r.EgressOnlyGateway},
		{TargetTransitGateway, r.TransitGateway},
		{TargetCoreNetwork, r.CoreNetwork},
		{TargetPeering, r.Peering},
		{TargetVPCEndpoint, r.Endpoint},
		{TargetNetworkInterface, r.NetworkInterface},
		{TargetNetworkInterface, r.Instance},
	} {
		switch {
		case t.to.IsNull():
		case t.to.Kind() == graph.KindChoice && slices.ContainsFunc(t.to.Cases(), mayBeNull):
			return TargetUndecided
		case t.target == TargetNATGateway && isPrivate(t.to.Value):
			return TargetPrivateNATGateway
		default:
			return t.target
		}
	}
	return gatewayTarget(r.Gateway.Value)
}

// mayBeNull reports whether a case of a choice is nothing, or something from outside that may be.
func mayBeNull(c graph.Case) bool {
	_, known := c.Value.Text()
	id := c.Value.Identity()
	return !known && (id == nil || id.Resource == nil)
}

// isPrivate reports whether a NAT gateway is known to be a private one.
func isPrivate(nat graph.Value) bool {
	id := nat.Identity()
	if id == nil || id.Resource == nil {
		return false
	}
	name := "connectivity_type"
	if dialectOf(id.Resource.NativeType) == cfnDialect {
		name = "ConnectivityType"
	}
	return graph.Equal(id.Resource.Attribute(name), graph.String("private")) == graph.True
}

// gatewayTarget is what a gateway_id leads to: an internet gateway, unless it is known to be another one.
func gatewayTarget(v graph.Value) RouteTarget {
	if text, ok := v.Text(); ok {
		if strings.HasPrefix(text, "igw-") {
			return TargetInternetGateway
		}
		return TargetOther
	}
	if id := v.Identity(); id != nil && id.Resource != nil {
		switch id.Resource.NativeType {
		case "aws_internet_gateway", "awscc_ec2_internet_gateway", "AWS::EC2::InternetGateway":
			return TargetInternetGateway
		}
		return TargetOther
	}
	return TargetUndecided
}

// DefaultRoutes are the default routes of the table that a subnet uses: the one that it is associated with, else the main table of its
// VPC, which has those that the files add to it, and one more if the VPC is the default one. It is not decided, with the reason, when the files do not
// create the subnet or tell its table.
func (w *World) DefaultRoutes(subnet graph.Value) (routes []Route, decided bool, why string) {
	table, main, why := w.routeTable(subnet)
	if why != "" {
		return nil, false, why
	}
	s := w.Subnet(subnet)
	var all []Route
	if table == nil && main {
		all = w.mainRoutes[vpcKey(s.VPC.Value)]
		routes = w.inDefaultVPC(s)
	} else {
		all = table.Routes
		if table.More {
			why = "the routes of " + table.Address + " are not all decided"
		}
		if o := w.receiver(table.Resource); o != nil {
			why = o.Address + " (" + o.Source + ") receives " + table.Address + " and may add routes to it: " + o.Hint
		}
	}
	why = cmp.Or(why, w.straying(s))
	for _, r := range all {
		if r.toEverywhere() != graph.False {
			routes = append(routes, r)
		}
	}
	return routes, why == "", why
}

// straying says which default route is of a table that the files only read, and that may be the one that a subnet uses; empty when none
// is.
func (w *World) straying(s *Subnet) string {
	for _, r := range w.strayRoutes {
		if vpc := vpcKey(r.table.Attribute("vpc_id")); vpc == "" || vpc == vpcKey(s.VPC.Value) {
			return r.route.Address + " adds a default route to " + r.table.Address + ", which may be the route table of " + s.Address
		}
	}
	return ""
}

// inDefaultVPC is the default route of the main table of a default VPC, as AWS makes it, for a subnet that is in one.
func (w *World) inDefaultVPC(s *Subnet) []Route {
	id := s.VPC.Identity()
	if s.NativeType != defaultSubnet && (id == nil || id.Resource == nil || id.Resource.NativeType != defaultVPC) {
		return nil
	}
	route := Route{Resource: s.Resource}
	attributes := map[string]graph.Value{"destination_cidr_block": graph.String("0.0.0.0/0"), "gateway_id": graph.String("igw-default")}
	fillWith(&route, awsDialect, func(name string) (graph.Value, source.Span) {
		if v, ok := attributes[name]; ok {
			return v, source.Span{}
		}
		return graph.Null(), source.Span{}
	})
	return []Route{route}
}

// What Terraform adopts of a default VPC, rather than making it.
const (
	defaultSubnet = "aws_default_subnet"
	defaultVPC    = "aws_default_vpc"
)

// routeTable is the table that a subnet uses; nil and main for the untouched main table of a VPC that the files create.
func (w *World) routeTable(subnet graph.Value) (table *RouteTable, main bool, why string) {
	s := w.Subnet(subnet)
	if s == nil {
		return nil, false, "the scanned files do not create the subnet " + subnet.String()
	}
	undecided := false
	for _, a := range w.associations {
		id := a.Subnet.Identity()
		switch {
		case id != nil && id.Resource == s.Resource:
			if graph.Implies(s.Exists, a.Exists) != graph.True {
				return nil, false, "whether " + a.Address + " gives " + s.Address + " its route table is not decided"
			}
			if t := w.table(a.Table.Value); t != nil {
				return t, false, ""
			}
			return nil, false, "the route table of " + s.Address + " is not in the scanned files"
		case id == nil || id.Resource == nil || a.Many:
			undecided = undecided || !a.Subnet.IsNull()
		}
	}
	if undecided {
		return nil, false, "an association whose subnet is not decided may be that of " + s.Address
	}
	return w.mainTable(s)
}

func (w *World) mainTable(s *Subnet) (table *RouteTable, main bool, why string) {
	if s.NativeType == defaultSubnet {
		return w.defaultTable(func(vpc *graph.Resource) bool { return vpc.NativeType == defaultVPC }), true, ""
	}
	vpc, why := w.vpc(s.VPC.Value)
	if vpc == nil {
		return nil, false, why
	}
	for _, r := range []*graph.Resource{s.Resource, vpc.Resource} {
		if o := w.receiver(r); o != nil {
			return nil, false, o.Address + " (" + o.Source + ") receives " + r.Address + " and may give " + s.Address + " another route table: " + o.Hint
		}
	}
	for _, a := range w.mainAssociations {
		if vpcKey(a.VPC.Value) == vpc.key {
			if graph.Implies(s.Exists, a.Exists) != graph.True {
				return nil, false, "whether " + a.Address + " gives " + s.Address + " its route table is not decided"
			}
			if t := w.table(a.Table.Value); t != nil {
				return t, false, ""
			}
			return nil, false, "the main route table of " + vpc.Name + " is not in the scanned files"
		}
	}
	if t := w.defaultTable(func(r *graph.Resource) bool { return r == vpc.Resource }); t != nil {
		if graph.Implies(s.Exists, t.Exists) != graph.True {
			return nil, false, "whether " + t.Address + " changes the route table of " + s.Address + " is not decided"
		}
		return t, false, ""
	}
	if vpc.Resource == nil {
		return nil, false, s.Address + " uses the main route table of " + vpc.Name + ", which the scanned files do not create"
	}
	return nil, true, ""
}

// defaultTable is the main route table that Terraform adopts of a VPC, nil when it adopts none.
func (w *World) defaultTable(of func(vpc *graph.Resource) bool) *RouteTable {
	for _, t := range w.RouteTables {
		if t.NativeType != "aws_default_route_table" {
			continue
		}
		if id := t.Attribute("default_route_table_id").Identity(); id != nil && id.Resource != nil && of(id.Resource) {
			return t
		}
	}
	return nil
}

// receiver is an unreadable module or stack that receives a resource, or adds to its template; nil when there is none.
func (w *World) receiver(r *graph.Resource) *graph.Opaque {
	if r == nil {
		return nil
	}
	if o := w.received[r]; o != nil {
		return o
	}
	for _, o := range w.Graph.Opaque {
		if o.Within && o.Root == r.Root && o.Exists.Decide() != graph.False {
			return o
		}
	}
	return nil
}

// table is the route table that a value names, nil when no file declares it.
func (w *World) table(v graph.Value) *RouteTable {
	id := v.Identity()
	if id == nil || id.Resource == nil {
		return nil
	}
	for _, t := range w.RouteTables {
		if t.Resource == id.Resource {
			return t
		}
	}
	return nil
}

// linkRoutes gives the tables their routes. A block in a table names its destination as a resource of its own does, less "destination_".
func (w *World) linkRoutes() {
	for _, t := range w.RouteTables {
		inline, ok := t.Inline.Elements()
		t.More = t.Inline.IsOpen() || !ok && !t.Inline.IsNull()
		for _, block := range inline {
			route := Route{Resource: t.Resource}
			get := child(block, t.Inline.Place)
			fillWith(&route, awsDialect, func(name string) (graph.Value, source.Span) { return get(strings.TrimPrefix(name, "destination_")) })
			t.Routes = append(t.Routes, route)
		}
	}
	for _, r := range w.routes {
		for _, c := range r.Table.Cases() {
			w.addRoute(r, c.Value, *view(r.Resource, &Route{Resource: r.Resource, Exists: graph.And(r.Exists, c.When)}))
		}
	}
}

// addRoute adds a route of its own to the table that a value names.
func (w *World) addRoute(r *standaloneRoute, table graph.Value, route Route) {
	id := table.Identity()
	switch t := w.table(table); {
	case t != nil:
		t.Routes = append(t.Routes, route)
	case table.Kind() == graph.KindUnknown:
		w.moreRoutes()
	case id == nil || id.Resource == nil:
	case id.Resource.Data && route.toEverywhere() != graph.False:
		w.strayRoutes = append(w.strayRoutes, strayRoute{r, id.Resource})
	case TypeOf(id.Resource) == TypeVPC: // main_route_table_id, default_route_table_id
		if t := w.defaultTable(func(vpc *graph.Resource) bool { return vpc == id.Resource }); t != nil {
			t.Routes = append(t.Routes, route)
			return
		}
		key := vpcKey(graph.Reference(id.Resource, "id"))
		w.mainRoutes[key] = append(w.mainRoutes[key], route)
	}
}

// moreRoutes notes a route whose table nobody knows.
func (w *World) moreRoutes() {
	for _, t := range w.RouteTables {
		t.More = true
	}
}

// Egress is how some subnets reach what is not in their VPC.
type Egress struct {
	// Routes are their default routes.
	Routes []Route
	// Why says what is not decided, empty when everything is.
	Why string
}

// Egress gathers the default routes of the subnets that an attribute names.
func (w *World) Egress(named Refs) Egress {
	subnets, more := named.Elements()
	if more || len(subnets) == 0 {
		return w.egress(subnets, "the subnets are not all decided: "+Explain(named.Value))
	}
	return w.egress(subnets, "")
}

// Egress gathers the default routes of the domain's subnets.
func (d *Domain) Egress() Egress {
	if !d.Subnets.IsNull() {
		return d.world.Egress(d.Subnets)
	}
	subnets, more := d.world.SubnetsOf(d.VPC.Value)
	if more || len(subnets) == 0 {
		return d.world.egress(subnets, "the domain names no subnets and has all of its VPC, which the scanned files do not list")
	}
	return d.world.egress(subnets, "")
}

// egress gathers the default routes of some subnets; why says that there may be further ones, empty when there are none.
func (w *World) egress(subnets []graph.Value, why string) Egress {
	e := Egress{Why: why}
	for _, v := range subnets {
		routes, _, why := w.DefaultRoutes(v)
		e.Routes = append(e.Routes, routes...)
		if e.Why == "" {
			e.Why = why
		}
	}
	return e
}

// To decides whether a default route leads to a target, and gives the one that does. It is not decided where the route, its destination
// or its target is not, or where a subnet's table is not known.
func (e Egress) To(target RouteTarget) (graph.Truth, *Route) {
	leads := graph.False
	if e.Why != "" {
		leads = graph.Undecided
	}
	for i := range e.Routes {
		r := &e.Routes[i]
		is := graph.TruthOf(r.Target() == target)
		if r.Target() == TargetUndecided {
			is = graph.Undecided
		}
		if is = is.And(r.toEverywhere()).And(r.Exists.Decide()); is == graph.True {
			return graph.True, r
		}
		leads = leads.Or(is)
	}
	return leads, nil
}

// Internet decides whether a default route leads the subnets to the internet, as far as the files show: to a gateway, not to a transit
// gateway or an appliance, beyond which nobody can see.
func (e Egress) Internet() graph.Truth {
	reaches := graph.False
	for _, target := range []RouteTarget{TargetNATGateway, TargetInternetGateway, TargetEgressOnlyGateway} {
		leads, _ := e.To(target)
		reaches = reaches.Or(leads)
	}
	if reaches == graph.False && len(e.Routes) > 0 {
		return graph.Undecided
	}
	return reaches
}

// PrivateSubnets are the subnets of a VPC that no default route leads from to an internet gateway, as far as the files create them.
func (w *World) PrivateSubnets(v *VPC) (subnets []graph.Value, more bool) {
	if v.Resource == nil {
		return nil, true
	}
	all, more := w.SubnetsOf(graph.Reference(v.Resource, "id"))
	for _, s := range all {
		if public, _ := w.egress([]graph.Value{s}, "").To(TargetInternetGateway); public == graph.False {
			subnets = append(subnets, s)
		}
	}
	return subnets, more
}

// RoutedThrough decides whether the route table of a subnet is one of some tables; why says what is not decided.
func (w *World) RoutedThrough(subnet graph.Value, tables []graph.Value) (on graph.Truth, why string) {
	table, main, why := w.routeTable(subnet)
	switch {
	case why != "":
		return graph.Undecided, why
	case table == nil && main: // the untouched main table, which an attribute of the VPC names
		s := w.Subnet(subnet)
		for _, t := range tables {
			if id := t.Identity(); id != nil && id.Resource != nil && vpcKey(graph.Reference(id.Resource, "id")) == vpcKey(s.VPC.Value) {
				return graph.True, ""
			}
		}
		return undecidedAmong(tables)
	}
	for _, t := range tables {
		if refersTo(t, table.Resource) {
			return graph.True, ""
		}
	}
	return undecidedAmong(tables)
}

// undecidedAmong is false when every table is one that the files create.
func undecidedAmong(tables []graph.Value) (on graph.Truth, why string) {
	for _, t := range tables {
		if id := t.Identity(); id == nil || id.Resource == nil {
			return graph.Undecided, "the route table " + t.String() + " is not in the scanned files"
		}
	}
	return graph.False, ""
}
