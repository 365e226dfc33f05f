package cloudformation

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// A parameter of a stack.
type parameter struct {
	lazy
	key, node *node
	typ       string
	allowed   []string
}

func (s *Stack) parameter(name string) *parameter {
	if !s.ruled {
		s.ruled = true
		s.applyRules()
	}
	if p, ok := s.parameters[name]; ok {
		return p
	}
	e, ok := s.section("Parameters").get(name)
	if !ok {
		return nil
	}
	p := &parameter{key: e.key, node: e.value}
	p.typ, _ = e.value.get("Type").literal()
	if allowed := e.value.get("AllowedValues"); allowed.isSequence() {
		for _, item := range allowed.items {
			if text, ok := item.literal(); ok {
				p.allowed = append(p.allowed, text)
			}
		}
	}
	s.parameters[name] = p
	return p
}

// isList reports whether the parameter is a list of strings.
func (p *parameter) isList() bool {
	t := p.typ
	if inner, ok := strings.CutPrefix(t, "AWS::SSM::Parameter::Value<"); ok {
		t = strings.TrimSuffix(inner, ">")
	}
	return t == "CommaDelimitedList" || strings.HasPrefix(t, "List<")
}

// isStored reports whether the parameter's value is the name of a Systems Manager parameter that holds what Ref yields.
func (p *parameter) isStored() bool { return strings.HasPrefix(p.typ, "AWS::SSM::Parameter::Value<") }

// value is what `Ref: name` yields: what the caller binds, else the default, else a hole.
func (s *Stack) value(name string, p *parameter) graph.Value {
	return p.get(s.world, "the parameter "+name, func() graph.Value {
		if v, ok := s.bound(name); ok {
			return s.convert(v, name, p)
		}
		return s.unpassed(name, p)
	})
}

// unpassed is the value of a parameter that nobody passes.
func (s *Stack) unpassed(name string, p *parameter) graph.Value {
	if d := s.eval(p.node.get("Default")); !d.IsNull() {
		return s.convert(d, name, p)
	}
	return graph.Hole(s.unbound(name, p))
}

// A Parameter is one that a template declares.
type Parameter struct {
	Name       string
	HasDefault bool
}

// Parameters are the parameters that the template declares, in its order.
func (s *Stack) Parameters() []Parameter {
	var declared []Parameter
	for _, e := range s.section("Parameters").entries {
		declared = append(declared, Parameter{e.key.text, !e.value.get("Default").isNull()})
	}
	return declared
}

// bound is what the caller passes for a parameter: the command line, or the stack that this one is nested in.
func (s *Stack) bound(name string) (graph.Value, bool) {
	if s.parent != nil {
		if s.parent.overridden(name) {
			return graph.Hole(s.unbound(name, s.parameter(name))), true
		}
		return s.parent.argument(name)
	}
	v, ok := s.world.options.Parameters[name]
	return v, ok
}

func (s *Stack) unbound(name string, p *parameter) *graph.Identity {
	id := &graph.Identity{
		Root: s.world.root, Name: s.prefix + name, Allowed: p.allowed,
		Hint: "pass --parameter " + name + "=… or give it a Default",
	}
	if s.prefix != "" {
		id.Hint = "pass it to " + strings.TrimSuffix(s.prefix, "/") + " or give it a Default"
	}
	if p.isList() {
		id.Allowed = nil // AllowedValues then lists elements
	}
	w := s.world
	if minimum, ok := p.node.get("MinLength").literal(); ok && minimum != "0" && !p.isList() {
		w.filled[id.Name] = true
	}
	if strings.HasPrefix(p.typ, "AWS::") && !p.isStored() { // what AWS checks that it exists
		w.ids[id.Name], w.filled[id.Name] = true, true
	}
	return id
}

// secret is a parameter with NoEcho as values show it: whatever it is set to, reports do not print it.
func (s *Stack) secret(name string) graph.Value {
	return graph.Hole(&graph.Identity{Root: s.world.root, Name: s.prefix + name, Hint: "NoEcho hides it"})
}

// convert makes what was passed for a parameter what its type says.
func (s *Stack) convert(v graph.Value, name string, p *parameter) graph.Value {
	return v.Map(func(v graph.Value) graph.Value {
		switch {
		case v.IsNull():
			return s.unpassed(name, p)
		case p.isStored() && p.isList():
			return s.fromStore(v).Map(s.asList)
		case p.isStored():
			return s.fromStore(v)
		case p.isList():
			return s.asList(v)
		}
		if elements, ok := v.Elements(); ok && !v.IsOpen() {
			return s.join(",", elements, v.At()) // a list passed to a nested stack arrives as text
		}
		if text, ok := v.Text(); ok {
			if p.typ == "Number" && canonicalNumber(strings.TrimSpace(text)) {
				return graph.Number(strings.TrimSpace(text)).WithSpan(v.At())
			}
			if v.Kind() != graph.KindString {
				return graph.String(text).WithSpan(v.At())
			}
		}
		return v
	})
}

// fromStore is the content of the Systems Manager parameter of a name.
func (s *Stack) fromStore(name graph.Value) graph.Value {
	if _, isText := name.Parts(); !isText {
		return derive("resolve:ssm", name).WithSpan(name.At())
	}
	return s.imported(s.concat(name.At(), graph.String(stored), name, graph.String("}}")), name.At())
}

// asList is the list that a list parameter makes of what is passed: text is split at commas.
func (s *Stack) asList(v graph.Value) graph.Value {
	switch v.Kind() {
	case graph.KindList, graph.KindUnknown, graph.KindInvalid:
		return v
	case graph.KindString, graph.KindNumber, graph.KindBool, graph.KindTemplate:
		list := s.split(",", v)
		elements, ok := known(list)
		if !ok {
			return list
		}
		trimmed := make([]graph.Value, len(elements))
		for i, e := range elements {
			trimmed[i] = trimSpace(e)
		}
		return graph.List(trimmed...).WithSpan(list.At())
	case graph.KindRef:
		if singular(v.Identity()) {
			return graph.List(v).WithSpan(v.At())
		}
	}
	if id := v.Identity(); id != nil {
		if j, ok := s.world.joins[v.Key()]; ok && j.delimiter == "," {
			return j.list
		}
		if !s.mayContain(id, ",") {
			return graph.List(v).WithSpan(v.At())
		}
	}
	return v
}

func trimSpace(v graph.Value) graph.Value {
	text, ok := v.Text()
	trimmed := strings.TrimSpace(text)
	if !ok || trimmed == text {
		return v
	}
	start := len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	return graph.String(trimmed).WithSpan(within(v, start, start+len(trimmed)))
}

// within is the place of text[from:to] of the known text v, all of it where that cannot be told.
func within(v graph.Value, from, to int) source.Span {
	at := v.At()
	text, _ := v.Text()
	switch int(at.End) - int(at.Start) - len(text) {
	case 0:
	case 2: // in quotes, without escapes
		from, to = from+1, to+1
	default:
		return at
	}
	at.Start, at.End = at.Start+uint32(from), at.Start+uint32(to) //nolint:gosec // within the span of v
	return at
}

// listAttributes are the attributes of resources that Fn::GetAtt returns as lists.
var listAttributes = map[string]bool{
	"CidrBlockAssociations": true, "DnsEntries": true, "Ipv6CidrBlocks": true, "NameServers": true, "NetworkInterfaceIds": true,
	"SecondaryPrivateIpAddresses": true, "SecurityGroups": true, "SubnetIds": true, "SecurityGroupIds": true, "AvailabilityZones": true,
}

// singular reports whether a reference to a resource is one id or ARN, not a list of them.
func singular(id *graph.Identity) bool {
	if id.Resource == nil || strings.HasPrefix(id.Resource.NativeType, "Custom::") ||
		id.Resource.NativeType == "AWS::CloudFormation::CustomResource" || strings.HasPrefix(id.Attribute, "Outputs.") {
		return false
	}
	return !listAttributes[id.Attribute]
}

// mayBeEmpty reports whether the text that fills a hole may be empty.
func (s *Stack) mayBeEmpty(id *graph.Identity) bool {
	return id.Means == "" && !singular(id) && !s.world.filled[id.Name]
}

// mayContain reports whether the text that fills a hole may contain a delimiter. Ids and names of AWS are known not to contain some.
func (s *Stack) mayContain(id *graph.Identity, delimiter string) bool {
	if id.Allowed != nil {
		return slices.ContainsFunc(id.Allowed, func(s string) bool { return strings.Contains(s, delimiter) })
	}
	switch id.Means {
	case "AWS::Region", "AWS::Partition", "AWS::AccountId", "AWS::StackName":
		return delimiter == "" || strings.Trim(delimiter, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
	case "AWS::URLSuffix":
		return delimiter == "" || strings.Trim(delimiter, "abcdefghijklmnopqrstuvwxyz.") == ""
	}
	if singular(id) || s.world.ids[id.Name] {
		return delimiter != "," && delimiter != "|" && delimiter != ";" && delimiter != " "
	}
	return true
}
