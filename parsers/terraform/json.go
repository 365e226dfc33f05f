package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/iacscan/iacscan/source"
)

// JSON syntax is translated into the tree that native syntax yields, so that nothing else needs to know it.
//
// What JSON cannot say is whether an object is a nested block or the value of an argument. Where Terraform's own schema decides, as for
// lifecycle, dynamic and everything outside of resources, it becomes blocks. Where a provider's schema would have to decide, it becomes
// an argument: an object for one block, a tuple of objects for several. Only when such an object holds a dynamic block does it become
// blocks too, because nothing else can. Whoever reads a nested block of a resource therefore accepts a block list, a list of maps, or one
// map.

// jsonSchema is what Terraform itself knows about the content of a block.
type jsonSchema struct {
	// blocks are nested blocks, with the number of their labels.
	blocks map[string]int
	// references are arguments whose strings are expressions, not templates.
	references []string
	// verbatim are arguments whose strings are not templates either; "*" means all.
	verbatim []string
	// provider says that a provider's schema decides about the rest.
	provider bool
}

// jsonSchemas are by type of block, top-level and nested ones.
// https://developer.hashicorp.com/terraform/language/syntax/json#block-type-specific-exceptions
var jsonSchemas = map[string]jsonSchema{
	"resource": {
		blocks:     map[string]int{"lifecycle": 0, "provisioner": 1, "connection": 0, "dynamic": 1},
		references: []string{"provider", "depends_on"}, provider: true,
	},
	"data":      {blocks: map[string]int{"lifecycle": 0, "dynamic": 1}, references: []string{"provider", "depends_on"}, provider: true},
	"ephemeral": {blocks: map[string]int{"lifecycle": 0, "dynamic": 1}, references: []string{"provider", "depends_on"}, provider: true},
	"content":   {blocks: map[string]int{"dynamic": 1}, provider: true},
	"nested":    {blocks: map[string]int{"dynamic": 1}, provider: true},
	"provider":  {blocks: map[string]int{"dynamic": 1}, verbatim: []string{"alias", "version"}, provider: true},
	"dynamic":   {blocks: map[string]int{"content": 0}, references: []string{"iterator"}},
	"lifecycle": {
		blocks:     map[string]int{"precondition": 0, "postcondition": 0},
		references: []string{"ignore_changes", "replace_triggered_by"},
	},
	"module":             {references: []string{"providers", "depends_on"}},
	"variable":           {blocks: map[string]int{"validation": 0}, references: []string{"type"}, verbatim: []string{"default", "description"}},
	"output":             {blocks: map[string]int{"precondition": 0}, references: []string{"depends_on"}, verbatim: []string{"description"}},
	"terraform":          {blocks: map[string]int{"backend": 1, "cloud": 0, "required_providers": 0, "provider_meta": 1}},
	"backend":            {verbatim: []string{"*"}},
	"cloud":              {blocks: map[string]int{"workspaces": 0}, verbatim: []string{"*"}},
	"workspaces":         {verbatim: []string{"*"}},
	"required_providers": {verbatim: []string{"*"}},
	"check":              {blocks: map[string]int{"data": 2, "assert": 0}},
	"moved":              {references: []string{"from", "to"}},
	"import":             {references: []string{"to", "provider"}},
	"removed":            {blocks: map[string]int{"lifecycle": 0, "provisioner": 1, "connection": 0}, references: []string{"from"}},
}

// jsonBlock is the content of a top-level block in JSON syntax.
type jsonBlock struct{ value *jsonValue }

// jsonBlocks lists the blocks in a file in JSON syntax, and returns false when there may be more than could be read.
func (l *loader) jsonBlocks(file *source.File) ([]*block, bool) {
	root, err := readJSON(file.Src)
	j := &jsonTranslation{loader: l, file: file}
	if err != nil {
		l.reportJSON(file, err)
	}
	var blocks []*block
	for _, m := range j.bodyMembers(root) {
		kind := m.name.text
		labels, known := labelCounts[kind]
		if !known {
			continue
		}
		j.unpack(labels, m, func(labels []jsonValue, v *jsonValue) {
			header := m.name
			names := make([]string, len(labels))
			for i, label := range labels {
				names[i], header = label.text, label
			}
			blocks = append(blocks, &block{
				kind: kind, labels: names, file: file, header: file.Span(header.start, header.end), span: file.Span(header.start, v.end),
				in: l, json: &jsonBlock{v},
			})
		})
	}
	return blocks, err == nil && j.failures == 0
}

func (l *loader) reportJSON(file *source.File, err *jsonError) {
	code := "json-syntax"
	if err.deep {
		code = "json-limit"
	}
	l.report(source.Error, code, file.Span(err.offset, err.offset), err.reason)
}

// body translates the content of a block.
func (b *jsonBlock) body(of *block) *hclsyntax.Body {
	j := &jsonTranslation{loader: of.in, file: of.file}
	body := j.body(of.kind, b.value)
	of.partial = j.failures > 0 || b.value.cut
	return body
}

// jsonTranslation makes native syntax of JSON.
type jsonTranslation struct {
	loader *loader // nil when nobody wants to be told
	file   *source.File
	// failures counts what could not be translated; diagnostics tell.
	failures int
}

func (j *jsonTranslation) error(code string, start, end int, message string) {
	j.failures++
	if j.loader != nil {
		j.loader.report(source.Error, code, j.file.Span(start, end), message)
	}
}

func (j *jsonTranslation) rng(start, end int) hcl.Range {
	return hcl.Range{Filename: j.file.Path, Start: hcl.Pos{Byte: start}, End: hcl.Pos{Byte: end}}
}

// bodyMembers lists the members of what stands for a body: an object, or an array of objects that count as one. Members named "//" are
// comments.
func (j *jsonTranslation) bodyMembers(v *jsonValue) []jsonMember {
	var members []jsonMember
	switch {
	case v == nil || v.kind == jsonNull:
	case v.kind == jsonObject:
		for _, m := range v.members {
			if m.name.text != "//" {
				members = append(members, m)
			}
		}
	case v.kind == jsonArray:
		for _, item := range v.items {
			if item.kind == jsonObject || item.kind == jsonNull {
				members = append(members, j.bodyMembers(item)...)
			} else {
				j.error("json-structure", item.start, item.end, "an object is needed here, to set arguments and blocks")
			}
		}
	default:
		j.error("json-structure", v.start, v.end, "an object or an array of objects is needed here")
	}
	return members
}

// unpack calls f for each block that a member stands for, with its labels: an object for each label, then an object for one block or an
// array of objects for several.
func (j *jsonTranslation) unpack(labels int, m jsonMember, f func(labels []jsonValue, v *jsonValue)) {
	var unpack func(v *jsonValue, labels int, used []jsonValue)
	unpack = func(v *jsonValue, labels int, used []jsonValue) {
		switch {
		case labels > 0:
			for _, m := range j.bodyMembers(v) {
				unpack(m.value, labels-1, append(slices.Clip(used), m.name))
			}
		case v.kind == jsonObject:
			f(used, v)
		case v.kind == jsonArray:
			for _, item := range v.items {
				if item.kind == jsonObject {
					f(used, item)
				} else {
					j.error("json-structure", item.start, item.end, "an object is needed here, the content of a block")
				}
			}
		case v.kind != jsonNull:
			j.error("json-structure", v.start, v.end, "an object is needed here, the content of a block")
		}
	}
	unpack(m.value, labels, nil)
}

// body translates what stands for the content of a block of some type.
func (j *jsonTranslation) body(kind string, v *jsonValue) *hclsyntax.Body {
	schema := jsonSchemas[kind]
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: j.rng(v.start, v.end), EndRange: j.rng(v.end, v.end)}
	for _, m := range j.bodyMembers(v) {
		name := m.name.text
		labels, isBlock := schema.blocks[name]
		nested := name
		if !isBlock && schema.provider && holdsDynamic(m.value) {
			isBlock, nested = true, "nested"
		}
		if isBlock {
			j.unpack(labels, m, func(labels []jsonValue, v *jsonValue) {
				body.Blocks = append(body.Blocks, j.block(m.name, labels, nested, v))
			})
			continue
		}
		if earlier := body.Attributes[name]; earlier != nil {
			j.error("json-structure", m.name.start, m.name.end, name+" is set twice")
			continue
		}
		if m.value.cut {
			j.failures++
			continue
		}
		failures := j.failures
		if e := j.expression(m.value, schema.mode(name)); j.failures == failures {
			body.Attributes[name] = &hclsyntax.Attribute{
				Name: name, Expr: e,
				SrcRange: j.rng(m.name.start, m.value.end), NameRange: j.rng(m.name.start, m.name.end),
				EqualsRange: j.rng(m.name.end, m.name.end),
			}
		}
	}
	return body
}

// holdsDynamic reports whether a value can only be nested blocks, because one of them has dynamic blocks in it.
func holdsDynamic(v *jsonValue) bool {
	for _, m := range v.members {
		if m.name.text == "dynamic" && (m.value.kind == jsonObject || m.value.kind == jsonArray) {
			return true
		}
		if holdsDynamic(m.value) {
			return true
		}
	}
	return v.kind == jsonArray && slices.ContainsFunc(v.items, holdsDynamic)
}

func (j *jsonTranslation) block(name jsonValue, labels []jsonValue, schema string, v *jsonValue) *hclsyntax.Block {
	b := &hclsyntax.Block{
		Type: name.text, Body: j.body(schema, v), TypeRange: j.rng(name.start, name.end),
		OpenBraceRange: j.rng(v.start, v.start+1), CloseBraceRange: j.rng(max(v.start, v.end-1), v.end),
	}
	for _, label := range labels {
		b.Labels = append(b.Labels, label.text)
		b.LabelRanges = append(b.LabelRanges, j.rng(label.start, label.end))
	}
	return b
}

// jsonMode says what the strings in a value are.
type jsonMode uint8

const (
	jsonTemplates  jsonMode = iota
	jsonReferences          // expressions, as "aws_vpc.main" in depends_on; older configurations have templates there
	jsonVerbatim
)

func (s jsonSchema) mode(argument string) jsonMode {
	switch {
	case slices.Contains(s.references, argument):
		return jsonReferences
	case slices.Contains(s.verbatim, argument), slices.Contains(s.verbatim, "*"):
		return jsonVerbatim
	}
	return jsonTemplates
}

// expression translates a value.
func (j *jsonTranslation) expression(v *jsonValue, mode jsonMode) hclsyntax.Expression {
	at := j.rng(v.start, v.end)
	switch v.kind {
	case jsonBool:
		return &hclsyntax.LiteralValueExpr{Val: cty.BoolVal(v.text == "true"), SrcRange: at}
	case jsonNumber:
		n, err := cty.ParseNumberVal(v.text)
		if err != nil {
			j.error("json-structure", v.start, v.end, "this number is out of range")
		}
		return &hclsyntax.LiteralValueExpr{Val: n, SrcRange: at}
	case jsonString:
		return j.text(v, mode)
	case jsonArray:
		tuple := &hclsyntax.TupleConsExpr{SrcRange: at, OpenRange: j.rng(v.start, v.start+1)}
		for _, item := range v.items {
			tuple.Exprs = append(tuple.Exprs, j.expression(item, mode))
		}
		return tuple
	case jsonObject:
		object := &hclsyntax.ObjectConsExpr{SrcRange: at, OpenRange: j.rng(v.start, v.start+1)}
		for _, m := range v.members {
			key := mode
			if mode == jsonReferences {
				key = jsonVerbatim
			}
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{
				KeyExpr: &hclsyntax.ObjectConsKeyExpr{Wrapped: j.text(&m.name, key)}, ValueExpr: j.expression(m.value, mode),
			})
		}
		return object
	case jsonNull:
	}
	return &hclsyntax.LiteralValueExpr{Val: cty.NullVal(cty.DynamicPseudoType), SrcRange: at}
}

// text translates a string.
func (j *jsonTranslation) text(v *jsonValue, mode jsonMode) hclsyntax.Expression {
	sequences := strings.Contains(v.text, "${") || strings.Contains(v.text, "%{")
	if mode == jsonVerbatim || mode == jsonTemplates && !sequences || v.end-v.start < 2 {
		inner := j.rng(min(v.start+1, v.end), max(v.start, v.end-1))
		part := &hclsyntax.LiteralValueExpr{Val: cty.StringVal(v.text), SrcRange: inner}
		return &hclsyntax.TemplateExpr{Parts: []hclsyntax.Expression{part}, SrcRange: j.rng(v.start, v.end)}
	}
	raw, offsets := decodeJSON(j.file.Src, v.start+1, v.end-1)
	parser, measure := hclsyntax.ParseTemplate, measureTemplate
	if mode == jsonReferences && !sequences {
		parser, measure = hclsyntax.ParseExpression, measureExpression
	}
	size, measured := measure(raw)
	if excess := size.excess(); excess != "" {
		j.error("hcl-limit", v.start, v.end, "the string was not read: "+excess)
		return &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: j.rng(v.start, v.end)}
	}
	e, diags := parse(parser, raw, measured, j.file.Path, hcl.Pos{})
	move := func(r *hcl.Range) {
		r.Start = hcl.Pos{Byte: offsets.of(r.Start.Byte)}
		r.End = hcl.Pos{Byte: offsets.of(r.End.Byte)}
	}
	if diags.HasErrors() {
		for _, d := range diags {
			if d.Subject != nil {
				move(d.Subject)
			}
		}
		j.failures++
		j.loader.reportSyntax(j.file, diags)
		return &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: j.rng(v.start, v.end)}
	}
	relocate(e, move)
	switch e := e.(type) { // as in native syntax, the quotes are part of a template
	case *hclsyntax.TemplateExpr:
		e.SrcRange = j.rng(v.start, v.end)
	case *hclsyntax.TemplateWrapExpr:
		e.SrcRange = j.rng(v.start, v.end)
	}
	return e
}

// relocate calls move for every range in an expression.
func relocate(e hclsyntax.Expression, move func(*hcl.Range)) {
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.LiteralValueExpr:
			move(&n.SrcRange)
		case *hclsyntax.TemplateExpr:
			move(&n.SrcRange)
		case *hclsyntax.TemplateWrapExpr:
			move(&n.SrcRange)
		case *hclsyntax.ScopeTraversalExpr:
			move(&n.SrcRange)
			relocateSteps(n.Traversal, move)
		case *hclsyntax.RelativeTraversalExpr:
			move(&n.SrcRange)
			relocateSteps(n.Traversal, move)
		case *hclsyntax.FunctionCallExpr:
			move(&n.NameRange)
			move(&n.OpenParenRange)
			move(&n.CloseParenRange)
		case *hclsyntax.ConditionalExpr:
			move(&n.SrcRange)
		case *hclsyntax.BinaryOpExpr:
			move(&n.SrcRange)
		case *hclsyntax.UnaryOpExpr:
			move(&n.SrcRange)
			move(&n.SymbolRange)
		case *hclsyntax.ParenthesesExpr:
			move(&n.SrcRange)
		case *hclsyntax.IndexExpr:
			move(&n.SrcRange)
			move(&n.OpenRange)
			move(&n.BracketRange)
		case *hclsyntax.SplatExpr:
			move(&n.SrcRange)
			move(&n.MarkerRange)
		case *hclsyntax.AnonSymbolExpr:
			move(&n.SrcRange)
		case *hclsyntax.TupleConsExpr:
			move(&n.SrcRange)
			move(&n.OpenRange)
		case *hclsyntax.ObjectConsExpr:
			move(&n.SrcRange)
			move(&n.OpenRange)
			for _, item := range n.Items {
				if key, ok := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr); ok && hcl.ExprAsKeyword(key.Wrapped) != "" && !key.ForceNonLiteral {
					relocate(key.Wrapped, move) // a name, which is not visited
				}
			}
		case *hclsyntax.ForExpr:
			move(&n.SrcRange)
			move(&n.OpenRange)
			move(&n.CloseRange)
		}
		return nil
	})
}

func relocateSteps(steps hcl.Traversal, move func(*hcl.Range)) {
	for i, step := range steps {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			move(&step.SrcRange)
			steps[i] = step
		case hcl.TraverseAttr:
			move(&step.SrcRange)
			steps[i] = step
		case hcl.TraverseIndex:
			move(&step.SrcRange)
			steps[i] = step
		case hcl.TraverseSplat:
			move(&step.SrcRange)
			steps[i] = step
		}
	}
}
