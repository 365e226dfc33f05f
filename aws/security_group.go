package aws

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// SecurityGroup is a security group (AWS::EC2::SecurityGroup, aws_security_group, aws_default_security_group) with all of its rules,
// those of separate resources included.
type SecurityGroup struct {
	*graph.Resource
	Ingress, Egress Rules
}

// Rules are the rules of one direction.
type Rules struct {
	List []Rule
	// More says that there may be rules that the files do not decide.
	More bool
}

// Rule lets some traffic to or from its peers pass.
type Rule struct {
	// Protocol is "tcp", "-1" for all and so on; From and To are the ports, both ends included.
	Protocol, From, To graph.Value
	Peers              []Peer
	// Exists is the condition under which the rule exists.
	Exists graph.Guard
	At     source.Span
}

// PeerKind says what a rule names as the other side.
type PeerKind uint8

// The kinds of peers.
const (
	PeerCIDR PeerKind = iota
	PeerGroup
	PeerPrefixList
	PeerSelf
)

// Peer is one other side of a rule: an address block, a group, a prefix list, or the group itself where Value is true.
type Peer struct {
	Kind  PeerKind
	Value graph.Value
}

// ruleShape names the fields of a rule in one dialect.
type ruleShape struct {
	protocol, from, to        string
	cidrs, groups, prefixList []string
	self                      string
}

var (
	inlineTerraform = ruleShape{
		"protocol", "from_port", "to_port",
		[]string{"cidr_blocks", "ipv6_cidr_blocks"},
		[]string{"security_groups", "source_security_group_id"},
		[]string{"prefix_list_ids"},
		"self",
	}
	standaloneTerraform = ruleShape{
		"ip_protocol", "from_port", "to_port",
		[]string{"cidr_ipv4", "cidr_ipv6"},
		[]string{"referenced_security_group_id"},
		[]string{"prefix_list_id"},
		"",
	}
	cloudFormationRule = ruleShape{
		"IpProtocol", "FromPort", "ToPort",
		[]string{"CidrIp", "CidrIpv6"},
		[]string{"SourceSecurityGroupId", "DestinationSecurityGroupId"},
		[]string{"SourcePrefixListId", "DestinationPrefixListId"},
		"",
	}
	awsccRule = ruleShape{
		"ip_protocol", "from_port", "to_port",
		[]string{"cidr_ip", "cidr_ipv_6"},
		[]string{"source_security_group_id", "destination_security_group_id"},
		[]string{"source_prefix_list_id", "destination_prefix_list_id"},
		"",
	}
)

// rule reads one rule through get.
func (s ruleShape) rule(get func(name string) graph.Value, exists graph.Guard, at source.Span) Rule {
	r := Rule{Protocol: get(s.protocol), From: get(s.from), To: get(s.to), Exists: exists, At: at}
	add := func(kind PeerKind, names []string) {
		for _, name := range names {
			v := get(name)
			if elements, ok := v.Elements(); ok {
				for _, e := range elements {
					r.Peers = append(r.Peers, Peer{kind, e})
				}
				if v.IsOpen() {
					r.Peers = append(r.Peers, Peer{kind, graph.Unknown(name + " may hold more")})
				}
			} else if !v.IsNull() {
				r.Peers = append(r.Peers, Peer{kind, v})
			}
		}
	}
	add(PeerCIDR, s.cidrs)
	add(PeerGroup, s.groups)
	add(PeerPrefixList, s.prefixList)
	if s.self != "" {
		if on := get(s.self); (Bool{Attribute{Value: on}}).IsTrue() != graph.False {
			r.Peers = append(r.Peers, Peer{PeerSelf, on})
		}
	}
	return r
}

// inline reads the rules that a group itself lists.
func (s ruleShape) inline(list graph.Value) Rules {
	switch list.Kind() {
	case graph.KindNull:
		return Rules{}
	case graph.KindList:
	case graph.KindMap:
		list = graph.List(list)
	default:
		return Rules{More: true}
	}
	elements, _ := list.Elements()
	rules := Rules{More: list.IsOpen()}
	for _, e := range elements {
		if e.Kind() != graph.KindMap {
			rules.More = true
			continue
		}
		rules.List = append(rules.List, s.rule(func(name string) graph.Value { return Field(e, name) }, graph.Always(), e.At()))
	}
	return rules
}

// anywhere is the rule that AWS gives a group of CloudFormation's without egress rules.
func anywhere() Rules {
	return Rules{List: []Rule{{
		Protocol: graph.String("-1"), From: graph.Null(), To: graph.Null(), Peers: []Peer{{PeerCIDR, graph.String("0.0.0.0/0")}},
	}}}
}

// standaloneRule is a rule that is a resource of its own.
type standaloneRule struct {
	group  graph.Value
	egress graph.Value // a boolean
	many   bool
	Rule
}

// standaloneRuleTypes read the rules of each type of resource.
var standaloneRuleTypes = map[string]func(r *graph.Resource) standaloneRule{
	"aws_security_group_rule": func(r *graph.Resource) standaloneRule {
		egress := r.Attribute("type").Map(func(v graph.Value) graph.Value {
			if text, ok := v.Text(); ok {
				return graph.Bool(text == "egress")
			}
			return v
		})
		return inlineTerraform.standalone(r, "security_group_id", egress)
	},
	"aws_vpc_security_group_ingress_rule": func(r *graph.Resource) standaloneRule {
		return standaloneTerraform.standalone(r, "security_group_id", graph.Bool(false))
	},
	"aws_vpc_security_group_egress_rule": func(r *graph.Resource) standaloneRule {
		return standaloneTerraform.standalone(r, "security_group_id", graph.Bool(true))
	},
	"AWS::EC2::SecurityGroupIngress": func(r *graph.Resource) standaloneRule {
		return cloudFormationRule.standalone(r, "GroupId", graph.Bool(false))
	},
	"AWS::EC2::SecurityGroupEgress": func(r *graph.Resource) standaloneRule {
		return cloudFormationRule.standalone(r, "GroupId", graph.Bool(true))
	},
	"awscc_ec2_security_group_ingress": func(r *graph.Resource) standaloneRule {
		return awsccRule.standalone(r, "group_id", graph.Bool(false))
	},
	"awscc_ec2_security_group_egress": func(r *graph.Resource) standaloneRule {
		return awsccRule.standalone(r, "group_id", graph.Bool(true))
	},
}

// defaultSecurityGroup is the default group of a VPC, which Terraform adopts rather than makes.
const defaultSecurityGroup = "aws_default_security_group"

func (s ruleShape) standalone(r *graph.Resource, group string, egress graph.Value) standaloneRule {
	return standaloneRule{r.Attribute(group), egress, r.Many, s.rule(r.Attribute, r.Exists, r.Header)}
}

// SecurityGroup is the group that a value names, nil when no file declares it.
func (w *World) SecurityGroup(v graph.Value) *SecurityGroup {
	id := v.Identity()
	if id == nil || id.Resource == nil || id.Resource.Data || TypeOf(id.Resource) != TypeSecurityGroup {
		return nil
	}
	if g := w.groups[id.Resource]; g != nil {
		return g
	}
	r := id.Resource
	g := &SecurityGroup{Resource: r}
	w.groups[r] = g
	implicit := false
	switch dialectOf(r.NativeType) {
	case awsDialect:
		g.Ingress, g.Egress = inlineTerraform.inline(r.Attribute("ingress")), inlineTerraform.inline(r.Attribute("egress"))
	case awsccDialect:
		g.Ingress, g.Egress = awsccRule.inline(r.Attribute("security_group_ingress")), awsccRule.inline(r.Attribute("security_group_egress"))
		implicit = r.Attribute("security_group_egress").IsNull()
	default:
		g.Ingress, g.Egress = cloudFormationRule.inline(r.Attribute("SecurityGroupIngress")), cloudFormationRule.inline(r.Attribute("SecurityGroupEgress"))
		implicit = r.Attribute("SecurityGroupEgress").IsNull()
	}
	for _, s := range w.standaloneRules {
		g.add(s)
	}
	if w.receiver(r) != nil { // which may add rules
		g.Ingress.More, g.Egress.More = true, true
	}
	if implicit && len(g.Egress.List) == 0 && !g.Egress.More {
		g.Egress = anywhere()
	}
	return g
}

// add adds a standalone rule, if it is one of the group's. One whose group is not decided may be.
func (g *SecurityGroup) add(s standaloneRule) {
	id := s.group.Identity()
	mine := id != nil && id.Resource == g.Resource
	maybe := s.group.Kind() == graph.KindUnknown || s.group.Kind() == graph.KindChoice
	if !mine && id != nil && id.Resource != nil {
		if maybe = mayBeDefault(id, g.Resource); !maybe {
			return
		}
	}
	egress, known := s.egress.Bool()
	to := []*Rules{&g.Ingress}
	switch {
	case !known:
		to = append(to, &g.Egress)
	case egress:
		to[0] = &g.Egress
	}
	for _, rules := range to {
		if mine && known && !s.many {
			rules.List = append(rules.List, s.Rule)
		} else if mine || maybe {
			rules.More = true
		}
	}
}

// Traffic is a question to rules: may TCP on these ports, both ends included, pass to or from a peer?
type Traffic struct {
	From, To int
	// Any asks for any protocol and any port instead.
	Any bool
	// Peer decides whether a peer of a rule is the one that is meant.
	Peer func(Peer) graph.Truth
}

// Pass decides whether rules let some traffic pass. Rules that the files do not decide leave it undecided.
func (r Rules) Pass(t Traffic) graph.Truth {
	all := graph.False
	if r.More {
		all = graph.Undecided
	}
	for _, rule := range r.List {
		peer := graph.False
		for _, p := range rule.Peers {
			peer = peer.Or(t.Peer(p))
		}
		all = all.Or(rule.covers(t).And(peer).And(rule.Exists.Decide()))
	}
	return all
}

// Undecided says why rules leave it undecided whether they let some traffic pass; empty where they do not.
func (r Rules) Undecided(t Traffic) string {
	for _, rule := range r.List {
		for _, p := range rule.Peers {
			if rule.covers(t).And(t.Peer(p)).And(rule.Exists.Decide()) == graph.Undecided {
				return rule.undecided(p)
			}
		}
	}
	if r.More {
		return "there may be rules that the files do not decide"
	}
	return ""
}

// undecided says what a rule leaves open for a peer: who that is, else the rest of the rule.
func (r Rule) undecided(p Peer) string {
	_, known := p.Value.Text()
	id := p.Value.Identity()
	switch {
	case p.Kind == PeerPrefixList:
		return "a rule names the prefix list " + p.Value.String() + ", whose addresses the files do not show"
	case p.Kind == PeerGroup && (id == nil || id.Resource == nil):
		return "a rule names the security group " + p.Value.String() + ", which is not in the scanned files"
	case p.Kind == PeerCIDR && !known:
		return "a rule names addresses that are not decided: " + Explain(p.Value)
	}
	for _, v := range []graph.Value{r.Protocol, r.From, r.To} {
		if _, known := v.Text(); !known && v.Kind() != graph.KindNumber && !v.IsNull() {
			return "the protocol or the ports of a rule are not decided: " + Explain(v)
		}
	}
	if p.Kind == PeerCIDR && r.Exists.Decide() == graph.True {
		return "a rule names the addresses " + p.Value.String() + ", and whether those are all that matter is not decided"
	}
	why := ""
	r.Exists.Atoms(func(a graph.Atom) { why = cmp.Or(why, dependsOn(a.ID)) })
	return "whether a rule exists is not decided: " + cmp.Or(why, "nothing in the files decides it")
}

// covers decides whether a rule is for TCP on all of some ports.
func (r Rule) covers(t Traffic) graph.Truth {
	protocol, ok := r.Protocol.Text()
	protocol = strings.ToLower(protocol) // as the provider does: "TCP", "ALL"
	switch {
	case t.Any:
		return graph.True
	case !ok:
		return graph.Undecided
	case protocol == "-1" || protocol == "all":
		return graph.True
	case protocol != "tcp" && protocol != "6":
		return graph.False
	}
	low, ok := r.From.Int()
	high, ok2 := r.To.Int()
	if !ok || !ok2 {
		return graph.Undecided
	}
	return graph.TruthOf(low <= t.From && t.To <= high || low == -1)
}

// AnyAddress decides whether a peer is every address. The block of a VPC or subnet never is: it has 65,536 addresses at most.
func AnyAddress(p Peer) graph.Truth {
	if p.Kind != PeerCIDR {
		return graph.False
	}
	if id := p.Value.Identity(); id != nil && id.Resource != nil && (id.Attribute == "cidr_block" || id.Attribute == "CidrBlock") {
		return graph.False
	}
	text, ok := p.Value.Text()
	if !ok {
		return graph.Undecided
	}
	prefix, err := netip.ParsePrefix(text)
	return graph.TruthOf(err == nil && prefix.Bits() == 0)
}

// Internet decides whether a peer holds addresses of the internet. What a prefix list holds nobody here knows.
func Internet(p Peer) graph.Truth {
	switch p.Kind {
	case PeerGroup, PeerSelf:
		return graph.False
	case PeerPrefixList:
		return graph.Undecided
	case PeerCIDR:
	}
	text, ok := p.Value.Text()
	if !ok {
		return graph.Undecided
	}
	prefix, err := netip.ParsePrefix(text)
	private := err == nil && prefix.Bits() > 0 && (prefix.Addr().IsPrivate() || prefix.Addr().IsLoopback() || prefix.Addr().IsLinkLocalUnicast())
	return graph.TruthOf(err == nil && !private)
}

// HoldsBlock decides whether one block of IPv4 addresses lies within another, which may be all addresses.
func HoldsBlock(outer, inner graph.Value) graph.Truth {
	if graph.Equal(outer, inner) == graph.True {
		return graph.True
	}
	a, ok := outer.Text()
	b, ok2 := inner.Text()
	p, err := netip.ParsePrefix(a)
	switch {
	case !ok || err != nil:
		return graph.Undecided
	case p.Bits() == 0 && p.Addr().Is4():
		return graph.True
	case !ok2:
		return graph.Undecided
	}
	q, err := netip.ParsePrefix(b)
	if err != nil {
		return graph.Undecided
	}
	return graph.TruthOf(p.Bits() <= q.Bits() && p.Contains(q.Addr()))
}

// holdsMembers decides whether a block of addresses holds those of the members of a group, which are somewhere in its VPC: it does where it
// holds the VPC's, and does not where the two have nothing in common.
func holdsMembers(group *graph.Resource, block graph.Value) graph.Truth {
	prefix, err := netip.ParsePrefix(textOf(block))
	if err == nil && prefix.Bits() == 0 {
		return graph.True
	}
	name, cidr := "vpc_id", "cidr_block"
	if dialectOf(group.NativeType) == cfnDialect {
		name, cidr = "VpcId", "CidrBlock"
	}
	in := group.Attribute(name)
	if id := block.Identity(); id != nil && id.Resource != nil && TypeOf(id.Resource) == TypeVPC && id.Attribute != "" {
		of := id.Resource
		if (vpcKey(in) == vpcKey(graph.Reference(of, "id")) || vpcKey(in) == vpcKey(of.Attribute("id"))) && in.Kind() != graph.KindNull {
			return graph.True
		}
		return graph.Undecided
	}
	id := in.Identity()
	if id == nil || id.Resource == nil || TypeOf(id.Resource) != TypeVPC || id.Resource.Data {
		return graph.Undecided
	}
	whole := id.Resource.Attribute(cidr)
	if HoldsBlock(block, whole) == graph.True {
		return graph.True
	}
	if vpc, bad := netip.ParsePrefix(textOf(whole)); err == nil && bad == nil && !prefix.Overlaps(vpc) {
		return graph.False
	}
	return graph.Undecided
}

// textOf is the text of a value, empty where it has none.
func textOf(v graph.Value) string {
	text, _ := v.Text()
	return text
}

// Group decides whether a peer is one of some security groups, or the addresses of their members. self is the group whose rule it is.
func Group(self *graph.Resource, groups ...*graph.Resource) func(Peer) graph.Truth {
	return func(p Peer) graph.Truth {
		switch p.Kind {
		case PeerSelf:
			return graph.TruthOf(containsResource(groups, self)).And(Bool{Attribute{Value: p.Value}}.IsTrue())
		case PeerGroup:
			id := p.Value.Identity()
			if id == nil || id.Resource == nil || slices.ContainsFunc(groups, func(g *graph.Resource) bool { return mayBeDefault(id, g) }) {
				return graph.Undecided
			}
			return graph.TruthOf(containsResource(groups, id.Resource))
		case PeerPrefixList:
			return graph.Undecided
		default:
			return holdsMembers(self, p.Value)
		}
	}
}

// mayBeDefault reports whether an attribute of a VPC, or a data source, may name the default group of a VPC, which is one that Terraform
// adopts.
func mayBeDefault(id *graph.Identity, group *graph.Resource) bool {
	return group.NativeType == defaultSecurityGroup && (id.Resource.Data || TypeOf(id.Resource) == TypeVPC)
}

func containsResource(list []*graph.Resource, r *graph.Resource) bool {
	for _, x := range list {
		if x == r {
			return true
		}
	}
	return false
}

// SecurityGroups are the groups that an attribute names, as far as the files create them; why says which they do not.
func (w *World) SecurityGroups(named Refs) (groups []*SecurityGroup, why string) {
	elements, more := named.Elements()
	if more {
		why = named.Name + " is not decided: " + Explain(named.Value)
	}
	for _, e := range elements {
		if g := w.SecurityGroup(e); g != nil {
			groups = append(groups, g)
		} else if why == "" {
			why = "the security group " + e.String() + " is not in the scanned files"
		}
	}
	return groups, why
}

// AnyGroup decides whether something holds for one of some groups.
func AnyGroup(groups []*SecurityGroup, holds func(*SecurityGroup) graph.Truth) graph.Truth {
	all := graph.False
	for _, g := range groups {
		all = all.Or(holds(g))
	}
	return all
}

// StrippedDefaultGroup is the default security group of a VPC where the code takes all ingress rules from it (aws_default_security_group
// without any), nil otherwise.
func (w *World) StrippedDefaultGroup(v *VPC) *SecurityGroup {
	for _, r := range w.defaultGroups {
		if vpcKey(r.Attribute("vpc_id")) != v.key {
			continue
		}
		if g := w.SecurityGroup(graph.Reference(r, "id")); len(g.Ingress.List) == 0 && !g.Ingress.More && r.Exists.Decide() == graph.True {
			return g
		}
	}
	return nil
}

// CIDR is the address block of a VPC, unknown where the files do not create it.
func (w *World) CIDR(v *VPC) graph.Value {
	switch {
	case v.Resource == nil:
		return graph.Unknown("the scanned files do not create " + v.Name)
	case dialectOf(v.Resource.NativeType) == cfnDialect:
		return v.Resource.Attribute("CidrBlock")
	}
	return v.Resource.Attribute("cidr_block")
}

// IsCIDR reports whether a value refers to the address block of the VPC, as data.aws_vpc.main.cidr_block does.
func (v *VPC) IsCIDR(value graph.Value) bool {
	id := value.Identity()
	if id == nil || id.Resource == nil || TypeOf(id.Resource) != TypeVPC || id.Attribute != "cidr_block" && id.Attribute != "CidrBlock" {
		return false
	}
	// a data source that is asked for one VPC gives its id as it was asked
	return vpcKey(graph.Reference(id.Resource, "id")) == v.key || vpcKey(id.Resource.Attribute("id")) == v.key
}
