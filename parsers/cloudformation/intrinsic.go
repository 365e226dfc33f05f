package cloudformation

import (
	"encoding/base64"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/apparentlymart/go-cidr/cidr"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// call evaluates an intrinsic that stands at n.
func (s *Stack) call(c call, n *node) graph.Value {
	switch c.name {
	case "Ref":
		if name, ok := c.arg.literal(); ok {
			return s.ref(name, n.at)
		}
	case "Fn::GetAtt":
		if name, attribute, ok := s.attribute(c.arg); ok {
			return s.getAtt(name, attribute, n.at)
		}
	case "Fn::Sub":
		return s.sub(c.arg)
	case "Fn::Join":
		if args, ok := arguments(c.arg, 2, 2); ok {
			return s.fnJoin(args, n.at)
		}
	case "Fn::Select":
		if args, ok := arguments(c.arg, 2, 2); ok {
			return s.fnSelect(args, n.at)
		}
	case "Fn::Split":
		if args, ok := arguments(c.arg, 2, 2); ok {
			if delimiter, ok := args[0].literal(); ok && delimiter != "" {
				return s.split(delimiter, s.eval(args[1]))
			}
		}
	case "Fn::If":
		if args, ok := arguments(c.arg, 3, 3); ok {
			return s.fnIf(args)
		}
	case "Fn::FindInMap":
		if args, ok := arguments(c.arg, 3, 4); ok {
			return s.findInMap(args, n.at)
		}
	case "Fn::ImportValue":
		return s.imported(s.eval(c.arg), n.at)
	case "Fn::GetStackOutput":
		if output := c.arg.get("OutputName"); output != nil && c.arg.get("StackName") != nil {
			return s.stackOutput(c.arg, n.at)
		}
	case "Fn::GetAZs":
		return s.getAZs(s.eval(c.arg), n.at)
	case "Fn::Cidr":
		if args, ok := arguments(c.arg, 2, 3); ok {
			return s.cidr(args, n.at)
		}
	case "Fn::Base64":
		return s.eval(c.arg).Map(func(v graph.Value) graph.Value {
			if text, ok := v.Text(); ok {
				return graph.String(base64.StdEncoding.EncodeToString([]byte(text))).WithSpan(n.at)
			}
			return derive("Base64", v).WithSpan(n.at)
		})
	case "Fn::Length":
		return s.eval(c.arg).Map(func(v graph.Value) graph.Value {
			if elements, ok := known(v); ok {
				return graph.Int(len(elements)).WithSpan(n.at)
			}
			return derive("Length", v).WithSpan(n.at)
		})
	case "Fn::ToJsonString":
		return graph.JSON(s.eval(c.arg)).WithSpan(n.at)
	case "Fn::Transform":
		var v graph.Value
		if s.include(c.arg, func(content *node) { v = s.eval(content) }) {
			return v
		}
		name, _ := c.arg.get("Name").literal()
		return graph.Unknown("the macro " + name + " decides it").WithSpan(n.at)
	case "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition", "Fn::Contains", "Fn::EachMemberIn", "Fn::EachMemberEquals":
		return truth(s.guard(n)).WithSpan(n.at)
	case "Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll":
		return derive(c.name, graph.String(s.world.options.Files.Location(n.at).String())).WithSpan(n.at)
	default:
		if strings.HasPrefix(c.name, "Fn::ForEach::") {
			return s.mapping(n)
		}
		if n.tag == "" {
			s.report(source.Warning, "template-intrinsic", n.at, "CloudFormation has no %s%s", c.name, suggest(c.name, longForms))
		}
		return graph.Unknown("CloudFormation has no " + c.name).WithSpan(n.at)
	}
	s.report(source.Warning, "template-shape", n.at, "%s cannot take %s here", c.name, c.arg.kindName())
	return graph.Invalid(c.name + " cannot take " + c.arg.kindName()).WithSpan(n.at)
}

// longForms are the names of intrinsics.
var longForms = func() map[string]bool {
	long := map[string]bool{}
	for tag := range shortForms {
		name := strings.TrimPrefix(tag, "!")
		if name != "Ref" && name != "Condition" {
			name = "Fn::" + name
		}
		long[name] = true
	}
	return long
}()

// arguments are the elements of a list of at least low and at most high of them.
func arguments(n *node, low, high int) ([]*node, bool) {
	if !n.isSequence() || len(n.items) < low || len(n.items) > high {
		return nil, false
	}
	return n.items, true
}

// truth is a guard as a value.
func truth(g graph.Guard) graph.Value {
	return graph.Choice(graph.Case{When: g, Value: graph.Bool(true)}, graph.Case{When: graph.Not(g), Value: graph.Bool(false)})
}

// attribute reads the argument of Fn::GetAtt: "Name.Attribute" or [Name, Attribute], where the attribute may be computed.
func (s *Stack) attribute(n *node) (name, attribute string, ok bool) {
	if text, isText := n.literal(); isText {
		return strings.Cut(text, ".")
	}
	if !n.isSequence() || len(n.items) < 2 {
		return "", "", false
	}
	parts := make([]string, len(n.items))
	for i, item := range n.items {
		text, isText := s.eval(item).Text()
		if !isText {
			return "", "", false
		}
		parts[i] = text
	}
	return parts[0], strings.Join(parts[1:], "."), true
}

// fnSelect is an element of a list. Of text that is split, the pieces before the first hole are known even where the others are not.
func (s *Stack) fnSelect(args []*node, at source.Span) graph.Value {
	index := s.eval(args[0])
	if c, ok := args[1].call(); ok && c.name == "Fn::Split" {
		if split, ok := arguments(c.arg, 2, 2); ok {
			delimiter, _ := split[0].literal()
			text := s.eval(split[1])
			if i, ok := index.Int(); ok && i >= 0 && delimiter != "" {
				if pieces, _ := s.splitPieces(delimiter, text); i < len(pieces) {
					return pieces[i]
				}
			}
		}
	}
	return selected(index, s.eval(args[1]), at)
}

func (s *Stack) fnJoin(args []*node, at source.Span) graph.Value {
	delimiter, ok := args[0].literal()
	if args[0].isNull() {
		delimiter, ok = "", true
	}
	list := s.eval(args[1])
	if !ok {
		return derive("Join", s.eval(args[0]), list).WithSpan(at)
	}
	return list.Map(func(list graph.Value) graph.Value {
		if elements, ok := known(list); ok {
			if delimiter == "," { // rather a list
				return s.join(delimiter, elements, at)
			}
			return placedByEnd(s.join(delimiter, elements, at), elements)
		}
		switch list.Kind() {
		case graph.KindUnknown, graph.KindInvalid:
			return list
		default:
		}
		v := derive("Join", graph.String(delimiter), list).WithSpan(at)
		s.world.joins[v.Key()] = joined{delimiter, list}
		return v
	})
}

func (s *Stack) fnIf(args []*node) graph.Value {
	var g graph.Guard
	if name, ok := args[0].literal(); ok {
		g = s.condition(name, args[0].at)
	} else {
		g = s.guard(args[0])
	}
	switch g.Decide() {
	case graph.True:
		return s.eval(args[1])
	case graph.False:
		return s.eval(args[2])
	case graph.Undecided:
	}
	return graph.Choice(graph.Case{When: g, Value: s.eval(args[1])}, graph.Case{When: graph.Not(g), Value: s.eval(args[2])})
}

// findInMap looks two keys up in a mapping. A key that nobody decides chooses among all that the mapping has.
func (s *Stack) findInMap(args []*node, at source.Span) graph.Value {
	mapName, top, second := s.eval(args[0]), s.eval(args[1]), s.eval(args[2])
	var fallback *node
	if len(args) == 4 {
		fallback = args[3].get("DefaultValue")
	}
	name, ok := mapName.Text()
	if !ok {
		return derive("FindInMap", mapName, top, second).WithSpan(at)
	}
	m, ok := s.section("Mappings").get(name)
	if !ok && fallback == nil {
		if s.top.get("Mappings").get("Fn::Transform") == nil && !s.hasMacro() {
			s.report(source.Warning, "template-reference", at, "the template has no mapping %s%s", name, suggest(name, s.section("Mappings").byName))
		}
		return derive("FindInMap", mapName, top, second).WithSpan(at)
	}
	var cases []graph.Case
	var rest []graph.Guard
	for _, p := range m.value.entries() {
		g := s.equal(top, graph.String(p.key.text))
		if g.Decide() == graph.False {
			continue
		}
		for _, q := range p.value.entries() {
			both := graph.And(g, s.equal(second, graph.String(q.key.text)))
			if both.Decide() == graph.False {
				continue
			}
			cases = append(cases, graph.Case{When: both, Value: s.eval(q.value)})
			rest = append(rest, graph.Not(both))
			if len(cases) > graph.MaxCases {
				return derive("FindInMap", mapName, top, second).WithSpan(at)
			}
		}
	}
	if fallback != nil {
		cases = append(cases, graph.Case{When: graph.And(rest...), Value: s.eval(fallback)})
	}
	if len(cases) == 0 {
		return graph.Invalid("the mapping " + name + " has no such key").WithSpan(at)
	}
	return graph.Choice(cases...)
}

// stackOutput is an output of another stack, by the stack's name, wherever that is deployed.
func (s *Stack) stackOutput(n *node, at source.Span) graph.Value {
	args := []graph.Value{s.eval(n.get("StackName")), s.eval(n.get("OutputName"))}
	for _, name := range []string{"Region", "RoleArn"} {
		if arg := n.get(name); arg != nil {
			args = append(args, s.eval(arg))
		}
	}
	v := derive("GetStackOutput", args...)
	v.Identity().Hint = "it is known once the stack " + args[0].String() + " exists"
	return v.WithSpan(at)
}

// getAZs is the list of the Availability Zones of a Region; nobody knows how many it has.
func (s *Stack) getAZs(region graph.Value, at source.Span) graph.Value {
	if text, ok := region.Text(); ok && text == "" || region.IsNull() {
		region, _ = s.pseudo("AWS::Region")
	}
	return derive("GetAZs", region).WithSpan(at)
}

// cidr divides an address block into count blocks with the given number of host bits each.
func (s *Stack) cidr(args []*node, at source.Span) graph.Value {
	values := make([]graph.Value, len(args))
	for i, arg := range args {
		values[i] = s.eval(arg)
	}
	block, isText := values[0].Text()
	count, isCount := values[1].Int()
	hostBits, isWidth := 0, false
	if len(values) == 3 {
		hostBits, isWidth = values[2].Int()
	}
	if !isText || !isCount || !isWidth {
		return derive("Cidr", values...).WithSpan(at)
	}
	failed := graph.Invalid("Fn::Cidr cannot divide " + block + " into " + strconv.Itoa(count)).WithSpan(at)
	prefix, err := netip.ParsePrefix(strings.TrimSpace(block))
	if err != nil || count < 1 || count > 256 || hostBits < 1 {
		return failed
	}
	newBits := prefix.Addr().BitLen() - hostBits - prefix.Bits()
	if newBits < 0 {
		return failed
	}
	masked := prefix.Masked()
	network := &net.IPNet{IP: masked.Addr().AsSlice(), Mask: net.CIDRMask(masked.Bits(), masked.Addr().BitLen())}
	blocks := make([]graph.Value, count)
	for i := range blocks {
		subnet, err := cidr.Subnet(network, newBits, i)
		if err != nil {
			return failed
		}
		blocks[i] = graph.String(subnet.String()).WithSpan(at)
	}
	return graph.List(blocks...).WithSpan(at)
}

// A variable of the format of Fn::Sub, `${name}`, or with an exclamation mark the literal text `${name}`.
type variable struct {
	start, end int // in the format
	name       string
	literal    bool
}

// variables finds the variables of a format.
func variables(format string) (found []variable) {
	for at := 0; ; {
		start := strings.Index(format[at:], "${")
		if start < 0 {
			return found
		}
		start += at
		length := strings.IndexAny(format[start+2:], "{}$\n")
		if length < 0 {
			return found
		}
		at = start + 2 + length
		if format[at] != '}' {
			continue
		}
		at++
		name, literal := strings.CutPrefix(format[start+2:at-1], "!")
		if name = strings.TrimSpace(name); name != "" {
			found = append(found, variable{start, at, name, literal})
		}
	}
}

// sub replaces the variables in a text: `Fn::Sub: text` or `Fn::Sub: [text, {Name: value}]`.
func (s *Stack) sub(n *node) graph.Value {
	format, names := n, (*node)(nil)
	if args, ok := arguments(n, 1, 2); ok {
		format = args[0]
		if len(args) == 2 {
			names = args[1]
		}
	}
	text, ok := format.literal()
	if !ok {
		if c, isCall := format.call(); isCall && c.name != "Fn::Sub" {
			return derive("Sub", s.eval(format)).WithSpan(n.at) // a format that another intrinsic makes
		}
		s.report(source.Warning, "template-shape", n.at, "Fn::Sub takes text, this is %s", format.kindName())
		return graph.Invalid("Fn::Sub takes text").WithSpan(n.at)
	}
	var pieces []graph.Value
	runs := s.runs(format)
	mayBeJSON := strings.IndexByte(text, '"') >= 0
	literal := func(from, to int) {
		for from < to {
			end := to
			if mayBeJSON {
				end = min(to, runEnd(runs, from))
			}
			v := graph.String(text[from:end]).WithSpan(spanOf(format, runs, from, end))
			if len(s.world.marked) > 0 {
				pieces = append(pieces, s.world.pieces(v)...)
			} else {
				pieces = append(pieces, v)
			}
			from = end
		}
	}
	done := 0
	for _, v := range variables(text) {
		literal(done, v.start)
		done = v.end
		at := spanOf(format, runs, v.start, v.end)
		if v.literal {
			pieces = append(pieces, graph.String("${"+v.name+"}").WithSpan(at))
			continue
		}
		pieces = append(pieces, s.variable(v.name, names, at))
	}
	literal(done, len(text))
	switch {
	case len(pieces) == 0:
		return graph.String("").WithSpan(format.at)
	case len(pieces) == 1:
		if _, isText := pieces[0].Text(); isText {
			v := asText(pieces[0])
			if v.At().IsZero() {
				v = v.WithSpan(format.at)
			}
			if strings.Contains(text, "{{resolve:") {
				return s.dynamicText(v)
			}
			return v
		}
	}
	v := placedByEnd(s.concat(format.at, pieces...), pieces)
	if strings.Contains(text, "{{resolve:") {
		return v.Map(s.dynamicText)
	}
	return v
}

// variable is the value of a variable of Fn::Sub.
func (s *Stack) variable(name string, names *node, at source.Span) graph.Value {
	if n := names.get(name); n != nil {
		return s.eval(n)
	}
	if resource, attribute, ok := strings.Cut(name, "."); ok {
		return s.getAtt(resource, attribute, at)
	}
	return s.ref(name, at)
}
