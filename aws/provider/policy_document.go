package provider

import (
	"slices"
	"strconv"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// policyDocument is data.aws_iam_policy_document: source documents, the statements of the block and overriding documents, merged into
// one. The literals in it keep their places.
func policyDocument(d dataSource) map[string]graph.Value {
	a := d.arguments
	sources := slices.Concat(documents(a.get("source_json")), documents(a.get("source_policy_documents")))
	overrides := slices.Concat(documents(a.get("override_policy_documents")), documents(a.get("override_json")))
	merged := []alternative{{}}
	for _, next := range slices.Concat(sources, [][]alternative{blockDocument(a)}, overrides) {
		merged = mergeAlternatives(merged, next)
	}
	cases := make([]graph.Case, len(merged))
	for i, m := range merged {
		cases[i] = graph.Case{When: m.when, Value: m.document.value()}
	}
	text := graph.JSON(graph.Choice(cases...))
	return map[string]graph.Value{"json": text, "minified_json": text}
}

// document is a policy document that is being merged. Its zero value is empty.
type document struct {
	id, version graph.Value // Unknown without a reason, the zero Value, when they are not written
	statements  []graph.Value
	open        bool        // there may be more statements
	invalid     graph.Value // why Terraform fails, when it does
}

// alternative is a document under a condition.
type alternative struct {
	when     graph.Guard
	document document
}

// documents are the documents in a text or a list of texts, each with its alternatives.
func documents(texts graph.Value) [][]alternative {
	list, more := elements(texts)
	if texts.Kind() == graph.KindChoice { // of lists: each element may come from either
		return [][]alternative{choiceOfLists(texts)}
	}
	out := make([][]alternative, 0, len(list)+1)
	for _, text := range list {
		out = append(out, parseDocument(text))
	}
	if more {
		undecided := texts
		if texts.Kind() == graph.KindList {
			undecided = graph.Unknown("the list of policy documents may hold more than the files decide").WithSpan(texts.At())
		}
		out = append(out, []alternative{{document: undecidedDocument(undecided)}})
	}
	return out
}

// choiceOfLists are the documents that the lists of a choice merge to.
func choiceOfLists(texts graph.Value) []alternative {
	var out []alternative
	for _, c := range texts.Cases() {
		merged := []alternative{{when: c.When}}
		for _, next := range documents(c.Value) {
			merged = mergeAlternatives(merged, next)
		}
		out = append(out, merged...)
	}
	return out
}

// parseDocument is the policy document in a text. Null and empty text are none.
func parseDocument(text graph.Value) []alternative {
	var out []alternative
	for _, c := range text.Cases() {
		t, known := c.Value.Text()
		if c.Value.IsNull() || known && strings.TrimSpace(t) == "" {
			out = append(out, alternative{when: c.When})
			continue
		}
		v, err := graph.ParseJSON(c.Value)
		if err != nil {
			v = graph.Invalid(err.Error()).WithSpan(c.Value.At())
		}
		for _, parsed := range v.Cases() {
			when := graph.And(c.When, parsed.When)
			for _, a := range readDocument(parsed.Value) {
				out = append(out, alternative{graph.And(when, a.when), a.document})
			}
		}
	}
	return out
}

func undecidedDocument(v graph.Value) document {
	return document{statements: []graph.Value{v}, open: true}
}

// readDocument reads a parsed document, once for each alternative of its statements.
func readDocument(v graph.Value) []alternative {
	o, ok := v.Object()
	switch {
	case v.Kind() == graph.KindInvalid:
		return []alternative{{document: document{invalid: v}}}
	case !ok:
		return []alternative{{document: undecidedDocument(v)}}
	}
	d := document{open: v.IsOpen()}
	d.id, _ = o.Get("Id")
	d.version, _ = o.Get("Version")
	list, _ := o.Get("Statement")
	return d.withStatements(list)
}

// withStatements gives d the statements of a list, once for each alternative of the list.
func (d document) withStatements(list graph.Value) []alternative {
	cases := list.Cases()
	out := make([]alternative, len(cases))
	for i, c := range cases {
		e := d
		switch statements, more := elements(c.Value); {
		case isUnwritten(c.Value):
		case more && c.Value.Kind() != graph.KindList:
			e.statements, e.open = []graph.Value{c.Value}, true
		default:
			e.statements, e.open = statements, d.open || more
		}
		out[i] = alternative{c.When, e}
	}
	return out
}

// isUnwritten reports whether v is the zero Value or null.
func isUnwritten(v graph.Value) bool {
	return v.IsNull() || v.Kind() == graph.KindUnknown && v.Why() == ""
}

// mergeAlternatives merges each pair of alternatives that can be together.
func mergeAlternatives(base, next []alternative) []alternative {
	var out []alternative
	for _, a := range base {
		for _, b := range next {
			when := graph.And(a.when, b.when)
			if when.Decide() == graph.False {
				continue
			}
			out = append(out, alternative{when, a.document.merge(b.document)})
			if len(out) > graph.MaxCases {
				why := "there are more than " + strconv.Itoa(graph.MaxCases) + " ways to merge the policy documents"
				return []alternative{{document: undecidedDocument(graph.Unknown(why))}}
			}
		}
	}
	return out
}

// merge adds a document to d: its id, the later version of the two, and its statements.
func (d document) merge(next document) document {
	if isUnwritten(d.invalid) {
		d.invalid = next.invalid
	}
	if !isUnwritten(next.id) {
		d.id = next.id
	}
	d.version = laterVersion(d.version, next.version)
	d.statements = slices.Clone(d.statements)
	if next.open {
		d.replaceable(graph.Unknown("the files do not decide the other statement"))
	}
	for _, s := range next.statements {
		d.place(s)
	}
	d.open = d.open || next.open
	return d
}

// laterVersion is the later one of two versions of the policy language.
func laterVersion(a, b graph.Value) graph.Value {
	s, ok := a.Text()
	t, ok2 := b.Text()
	switch {
	case isUnwritten(b), ok && ok2 && s > t:
		return a
	case isUnwritten(a), ok && ok2:
		return b
	}
	return graph.Unknown("the version of one of the merged policy documents is not decided")
}

// place adds a statement. It takes the place of an earlier one of the same Sid.
func (d *document) place(s graph.Value) {
	sid := sidOf(s)
	if graph.Equal(sid, graph.Null()) != graph.True {
		for i, t := range d.statements {
			if graph.Equal(sid, sidOf(t)) == graph.True {
				d.statements[i] = s
				return
			}
		}
		d.replaceable(sid)
	}
	d.statements = append(d.statements, s)
}

// replaceable leaves open what becomes of the statements that may have a Sid.
func (d *document) replaceable(sid graph.Value) {
	for i, s := range d.statements {
		own := sidOf(s)
		if graph.Equal(own, graph.Null()) != graph.True && graph.Equal(own, sid) != graph.False {
			d.statements[i] = graph.Unknown("a statement that is merged after it may replace it").WithSpan(s.At())
		}
	}
}

// sidOf is the Sid of a statement, Null when it has none.
func sidOf(s graph.Value) graph.Value {
	return field(s, "Sid", graph.Null()).Map(func(v graph.Value) graph.Value {
		if text, ok := v.Text(); ok && text == "" {
			return graph.Null()
		}
		return v
	})
}

// value is the merged document.
func (d document) value() graph.Value {
	if !isUnwritten(d.invalid) {
		return d.invalid
	}
	fields := map[string]graph.Value{}
	for name, v := range map[string]graph.Value{"Id": d.id, "Version": d.version} {
		if v.Why() != "" || !isUnwritten(v) {
			fields[name] = v
		}
	}
	statements := graph.List(d.statements...)
	if d.open {
		statements = statements.AsOpen()
	}
	fields["Statement"] = statements
	return graph.Map(graph.NewObject(fields))
}

// blockDocument is the document that the arguments of the block make.
func blockDocument(a arguments) []alternative {
	d := document{id: a.get("policy_id"), version: a.get("version")}
	if d.version.IsNull() {
		d.version = graph.String("2012-10-17")
	}
	out := d.withStatements(a.get("statement"))
	for i := range out {
		list := slices.Clone(out[i].document.statements)
		for j, s := range list {
			list[j] = s.Map(statement)
		}
		out[i].document.statements = list
	}
	return out
}

// statement is the JSON form of a statement block.
func statement(block graph.Value) graph.Value {
	o, ok := block.Object()
	if !ok {
		return block
	}
	a := arguments{o}
	effect := a.get("effect")
	if effect.IsNull() {
		effect = graph.String("Allow")
	}
	fields := map[string]graph.Value{
		"Sid":          a.get("sid"),
		"Effect":       effect,
		"Action":       texts(a.get("actions"), keep),
		"NotAction":    texts(a.get("not_actions"), keep),
		"Resource":     texts(a.get("resources"), withVariables),
		"NotResource":  texts(a.get("not_resources"), withVariables),
		"Principal":    principals(a.get("principals")),
		"NotPrincipal": principals(a.get("not_principals")),
		"Condition":    conditions(a.get("condition")),
	}
	for name, v := range fields {
		if v.IsNull() {
			delete(fields, name)
		}
	}
	v := graph.Map(graph.NewObject(fields)).WithSpan(block.At())
	if block.IsOpen() {
		v = v.AsOpen()
	}
	return v
}

// texts is the JSON form of a list of texts: null when it is empty, and one text for itself.
func texts(list graph.Value, convert func(graph.Value) graph.Value) graph.Value {
	return list.Map(func(v graph.Value) graph.Value {
		e, more := elements(v)
		if more && v.Kind() != graph.KindList {
			return v
		}
		converted := make([]graph.Value, len(e))
		for i, text := range e {
			converted[i] = convert(text)
		}
		return collapse(converted, more, v.At())
	})
}

// collapse is a list written at a place, or its one element, or null.
func collapse(list []graph.Value, open bool, at source.Span) graph.Value {
	switch {
	case open:
		return graph.List(list...).AsOpen().WithSpan(at)
	case len(list) == 0:
		return graph.Null()
	case len(list) == 1:
		return list[0]
	}
	return graph.List(list...).WithSpan(at)
}

func keep(text graph.Value) graph.Value { return text }

// withVariables writes the policy variables of a text as IAM does: &{aws:username} is how Terraform has ${aws:username}.
func withVariables(text graph.Value) graph.Value {
	return text.Map(func(v graph.Value) graph.Value {
		if v.Kind() != graph.KindString && v.Kind() != graph.KindTemplate {
			return v
		}
		parts, _ := v.Parts()
		if !slices.ContainsFunc(parts, func(p graph.Part) bool { return strings.Contains(p.Literal, "&{") }) {
			return v
		}
		out := make([]graph.Part, len(parts))
		for i, p := range parts {
			out[i] = graph.Part{Literal: strings.ReplaceAll(p.Literal, "&{", "${"), Hole: p.Hole}
		}
		return graph.Template(out...).WithSpan(v.At())
	})
}

// principals is the JSON form of principals blocks: a map from type to identifiers, or "*" for the one block of that type and identifier.
func principals(blocks graph.Value) graph.Value {
	return blocks.Map(func(v graph.Value) graph.Value {
		list, more := elements(v)
		if more && v.Kind() != graph.KindList {
			return v
		}
		byType := newGrouping(more)
		for _, b := range list {
			byType.add(field(b, "identifiers", graph.Null()), withVariables, field(b, "type", graph.Null()))
		}
		if star := byType.groups["*"]; star != nil && len(list) == 1 && len(star.values) == 1 && isStar(star.values[0]) {
			return star.values[0]
		}
		return byType.value()
	})
}

func isStar(v graph.Value) bool {
	text, ok := v.Text()
	return ok && text == "*"
}

// conditions is the JSON form of condition blocks: test → variable → values.
func conditions(blocks graph.Value) graph.Value {
	return blocks.Map(func(v graph.Value) graph.Value {
		list, more := elements(v)
		if more && v.Kind() != graph.KindList {
			return v
		}
		byTest := newGrouping(more)
		for _, b := range list {
			byTest.add(field(b, "values", graph.Null()), withVariables, field(b, "test", graph.Null()), field(b, "variable", graph.Null()))
		}
		return byTest.value()
	})
}

// grouping collects values under names, to any depth.
type grouping struct {
	groups map[string]*grouping // nil at the depth where the values are
	values []graph.Value
	at     source.Span
	open   bool // there may be more groups or values
}

func newGrouping(open bool) *grouping { return &grouping{groups: map[string]*grouping{}, open: open} }

// add adds the values of a list under names. What has a name that is not decided is left open.
func (g *grouping) add(list graph.Value, convert func(graph.Value) graph.Value, names ...graph.Value) {
	if len(names) > 0 {
		name, ok := names[0].Text()
		if !ok {
			g.open = true
			return
		}
		inner := g.groups[name]
		if inner == nil {
			if inner = newGrouping(false); len(names) == 1 {
				inner = &grouping{at: list.At()}
			}
			g.groups[name] = inner
		}
		inner.add(list, convert, names[1:]...)
		return
	}
	e, more := elements(list)
	if more && list.Kind() != graph.KindList {
		e, more = []graph.Value{list}, false // a value that may be several
	}
	for _, v := range e {
		g.values = append(g.values, convert(v))
	}
	g.open = g.open || more
}

// value is the map or list of what was collected, null when that is nothing.
func (g *grouping) value() graph.Value {
	switch {
	case g.groups == nil:
		return collapse(g.values, g.open, g.at)
	case len(g.groups) == 0 && !g.open:
		return graph.Null()
	}
	entries := make(map[string]graph.Value, len(g.groups))
	for name, inner := range g.groups {
		entries[name] = inner.value()
	}
	v := graph.Map(graph.NewObject(entries))
	if g.open {
		v = v.AsOpen()
	}
	return v
}
