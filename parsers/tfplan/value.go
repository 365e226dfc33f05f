package tfplan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// leaf is an attribute, or something inside one, as the plan has it and as others do: after_unknown, after_sensitive, the plan's own
// configuration and the configuration beside the plan.
type leaf struct {
	resource                  *resource
	name                      string // of the attribute nearest above
	path                      string
	value, unknown, sensitive graph.Value
	expression                setting
	// beside is what the configuration beside the plan says when paired; Null is that it says nothing.
	beside graph.Value
	paired bool
}

// setting is what `configuration` says of an attribute: Null when nothing. One expression may stand for a whole list of blocks, which is
// inherited then by what is inside.
type setting struct {
	value     graph.Value
	inherited bool
	// told says that the configuration would have it if it were written. It does not have dynamic blocks.
	told bool
}

// expressionAt is the setting with a name in `expressions`.
func expressionAt(expressions graph.Value, name string) setting {
	return setting{value: field(expressions, name), told: true}
}

// isExpression reports whether a setting is an expression, not nested blocks.
func (s setting) isExpression() bool {
	if s.value.Kind() != graph.KindMap {
		return false
	}
	o, _ := s.value.Object()
	_, constant := o.Get("constant_value")
	references, ok := o.Get("references")
	return constant || ok && references.Kind() == graph.KindList || o.Len() == 0
}

// element is the setting of the n-th nested block, field that of a name inside one.
func (s setting) element(n int) setting {
	if list := elements(s.value); n < len(list) {
		return setting{value: list[n], told: true}
	}
	if s.isExpression() {
		return setting{value: s.value, inherited: true}
	}
	return setting{value: graph.Null()}
}

func (s setting) field(name string) setting {
	if s.inherited || s.isExpression() {
		return setting{value: s.value, inherited: true}
	}
	return setting{value: field(s.value, name), told: s.told && s.value.Kind() == graph.KindMap}
}

// written reports whether the configuration has the leaf, and ok whether that can be seen.
func (l leaf) written() (yes, ok bool) {
	switch {
	case l.paired:
		return !l.beside.IsNull(), true
	case l.resource.settings().IsNull() || l.expression.inherited:
		return false, false
	}
	return !l.expression.value.IsNull(), l.expression.told
}

// merge is the value: as planned, with identities for what is not known, and the places of the configuration beside the plan.
func (l leaf) merge() graph.Value {
	if isTrue(l.unknown) {
		return l.open()
	}
	switch kind := l.value.Kind(); {
	case kind == graph.KindList:
		return l.list()
	case kind == graph.KindMap || kind == graph.KindNull && l.unknown.Kind() == graph.KindMap:
		return l.object()
	case kind == graph.KindNull:
		return graph.Null()
	}
	return l.known()
}

// open is what only the apply tells.
func (l leaf) open() graph.Value {
	written, ok := l.written()
	isCollection := l.sensitive.Kind() == graph.KindList
	switch {
	case l.paired:
		if !written {
			return graph.Null()
		}
		if v := l.resource.plan.adopt(l.beside); v.Kind() != graph.KindUnknown {
			return v
		}
	case ok && !written && (!isCollection || isIdentifier(l.name)):
		return graph.Null() // not configured: the provider chooses, as it does where nothing is written
	case ok && !written:
		return graph.List().AsOpen() // not configured, or dynamic blocks, which `configuration` does not have
	}
	if v := l.referenced(); v.Kind() != graph.KindUnknown {
		return v
	}
	return graph.Unknown(l.resource.Address + "." + l.path + " is known once the plan is applied" + l.resource.hint()).WithSpan(l.at())
}

// referenced is what the plan's own configuration says of what is not known.
func (l leaf) referenced() graph.Value {
	if !isIdentifier(l.name) && l.expression.inherited {
		return undecided()
	}
	p := l.resource.plan
	v, more := p.scope(l.resource.module).expression(l.expression.value)
	fits := func(v graph.Value) bool {
		id := v.Identity()
		return id != nil && v.Kind() != graph.KindTemplate && takes(l.name, &l.resource.Resource, id)
	}
	switch v.Kind() {
	case graph.KindList:
		for _, e := range elements(v) {
			if !fits(e) {
				return undecided()
			}
		}
		if !isPlural(l.name) || l.expression.inherited {
			return undecided()
		}
		return closed(v, !more).WithSpan(l.at())
	case graph.KindRef:
		switch {
		case !fits(v):
			return undecided()
		case l.expression.inherited && !namesType(l.name, v.Identity().Resource.NativeType):
			return undecided() // some other attribute of the block
		case isPlural(l.name) && !isPlural(v.Identity().Attribute):
			return closed(graph.List(v), !more).WithSpan(l.at())
		case isPlural(l.name) && more:
			return undecided() // a list that is part of another
		}
		return v.WithSpan(l.at())
	}
	return undecided()
}

// closed is a list that holds nothing else, or may.
func closed(list graph.Value, all bool) graph.Value {
	if all {
		return list
	}
	return list.AsOpen()
}

// referencedElements are the elements of a list of a known length, by what the plan's own configuration says of it; nil where that does not
// tell as many.
func (l leaf) referencedElements(n int) []graph.Value {
	if l.paired || l.expression.inherited || !l.expression.isExpression() || !slices.ContainsFunc(elements(l.unknown), isTrue) {
		return nil
	}
	v := l.referenced()
	if v.IsOpen() || len(elements(v)) != n {
		return nil
	}
	return elements(v)
}

// list is a list, or the nested blocks of one type.
func (l leaf) list() graph.Value {
	list, unknown, sensitive := elements(l.value), elements(l.unknown), elements(l.sensitive)
	written, ok := l.written()
	switch {
	case len(list) == 0 && (!written || l.expression.inherited):
		return graph.Null() // what no configuration has is empty in the plan
	case len(list) == 0 || !marked(l.unknown):
	case l.paired && (l.beside.Kind() != graph.KindList || l.beside.IsOpen() || len(elements(l.beside)) != len(list)):
		// Terraform plans one block for a dynamic one of which it does not know the number.
		if v := l.resource.plan.adopt(l.beside); v.Kind() != graph.KindUnknown {
			return v
		}
		return graph.List().AsOpen().WithSpan(l.at())
	case !l.paired && ok && !written:
		return graph.List().AsOpen().WithSpan(l.at())
	}
	pairs := l.pairs(list)
	referenced := l.referencedElements(len(list))
	out := make([]graph.Value, len(list))
	for i, v := range list {
		e := leaf{
			resource: l.resource, name: l.name, path: l.path + "[" + strconv.Itoa(i) + "]", value: v, unknown: at(unknown, i),
			sensitive: at(sensitive, i), expression: l.expression.element(i),
		}
		if !l.expression.isExpression() && (len(list) > 1 || len(elements(l.expression.value)) != 1) {
			e.expression = setting{value: graph.Null()} // blocks in any order, some of them dynamic: nobody can tell which is which
		}
		if isTrue(e.unknown) {
			e.expression = setting{value: graph.Null()} // which is for the list
		}
		if i < len(pairs) && pairs[i] != nil {
			e.beside, e.paired = *pairs[i], true
		}
		out[i] = e.merge()
		if i < len(referenced) && isTrue(e.unknown) {
			out[i] = referenced[i].WithSpan(l.at())
		}
	}
	v := graph.List(out...).WithSpan(l.at())
	if l.paired && l.beside.Kind() == graph.KindList {
		v = v.WithSpan(l.beside.At())
		if l.beside.IsSet() {
			v = v.AsSet()
		}
	}
	return v
}

func at(list []graph.Value, i int) graph.Value {
	if i < len(list) {
		return list[i]
	}
	return graph.Null()
}

// maxPairs bounds the lists whose elements are looked for in the configuration beside the plan.
const maxPairs = 256

// pairs finds the element of the configuration beside the plan for each element of the plan, nil where it is not certain which: Terraform
// orders sets by itself.
func (l leaf) pairs(list []graph.Value) []*graph.Value {
	if !l.paired || l.beside.Kind() != graph.KindList {
		return nil
	}
	beside := elements(l.beside)
	if len(beside) != len(list) || len(list) > maxPairs {
		return nil
	}
	pairs := make([]*graph.Value, len(list))
	if slices.ContainsFunc(elements(l.unknown), isTrue) { // of a set with such an element, Terraform knows none: this is a list
		for i := range list {
			pairs[i] = &beside[i]
		}
		return pairs
	}
	for i := range list {
		for j := range beside {
			if len(list) > 1 && !agree(list[i], beside[j]) {
				continue
			}
			if pairs[i] != nil {
				pairs[i] = nil
				break
			}
			pairs[i] = &beside[j]
		}
	}
	return pairs
}

// agree reports whether nothing that both know differs.
func agree(planned, beside graph.Value) bool {
	if p, ok := planned.Text(); ok {
		b, known := beside.Text()
		return !known || p == b
	}
	if p, q := texts(planned), texts(beside); p != nil && q != nil {
		return slices.Equal(p, q)
	}
	o, ok := planned.Object()
	b, isMap := beside.Object()
	if !ok || !isMap {
		return true
	}
	for i, k := range b.Keys() {
		if v, ok := o.Get(k); ok && !agree(v, b.Values()[i]) {
			return false
		}
	}
	return true
}

// texts are the elements of a closed list of known texts, in order; nil for everything else.
func texts(v graph.Value) []string {
	if v.Kind() != graph.KindList || v.IsOpen() {
		return nil
	}
	all := []string{}
	for _, e := range elements(v) {
		t, ok := e.Text()
		if !ok {
			return nil
		}
		all = append(all, t)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (l leaf) object() graph.Value {
	entries := map[string]graph.Value{}
	for _, o := range [...]graph.Value{l.value, l.unknown} {
		if object, ok := o.Object(); ok {
			for _, k := range object.Keys() {
				entries[k] = graph.Null()
			}
		}
	}
	beside := l.beside
	if blocks := elements(beside); len(blocks) == 1 && !beside.IsOpen() {
		beside = blocks[0]
	}
	for k := range entries {
		e := leaf{
			resource: l.resource, name: k, path: l.path + "." + k, value: field(l.value, k), unknown: field(l.unknown, k),
			sensitive: field(l.sensitive, k), expression: l.expression.field(k),
		}
		if beside.Kind() == graph.KindMap && l.paired {
			e.beside = field(beside, k)
			e.paired = !e.beside.IsNull() || !beside.IsOpen()
		}
		if v := e.merge(); v.IsNull() {
			delete(entries, k)
		} else {
			entries[k] = v
		}
	}
	v := graph.Map(graph.NewObject(entries)).WithSpan(l.at())
	if l.paired && beside.Kind() == graph.KindMap {
		v = v.WithSpan(beside.At())
	}
	return v
}

// known is a value that Terraform knows: with the place of the literal where the configuration beside the plan says the same, and as a
// reference where it is an identifier of another resource.
func (l leaf) known() graph.Value {
	planned, _ := l.value.Text()
	written, _ := l.written()
	if planned == "" && !written {
		return graph.Null() // older provider SDKs cannot tell absent from empty
	}
	if r, attribute := l.resource.plan.identified(l, planned); r != nil {
		at := l.at()
		if l.paired {
			at = l.beside.At()
		}
		return graph.Reference(&r.Resource, attribute).WithSpan(at)
	}
	if l.paired {
		if v, ok := sameText(l.value, l.beside); ok {
			return v
		}
		if v, ok := sameJSON(l.value, l.beside); ok {
			return v
		}
		if _, isText := l.beside.Parts(); isText && graph.Equal(l.value, l.beside) == graph.Undecided {
			return l.value.WithSpan(l.beside.At()) // the plan fills its holes
		}
		if _, other := l.beside.Text(); other && !isJSON(planned) {
			return l.value // not what the configuration says
		}
	}
	return l.value.WithSpan(l.at())
}

// since is the place of an attribute whose resource may have been changed since the plan was made: that of the same literal, if it is there
// still; in the plan, if it is another one now; else zero, for that of the whole attribute.
func (l leaf) since(beside graph.Value) (none source.Span) {
	if v, ok := sameText(l.value, beside); ok {
		return v.At()
	}
	if _, ok := beside.Text(); ok {
		return l.value.At()
	}
	return none
}

// sameText is the value of the configuration where it is the same text as the plan's.
func sameText(planned, beside graph.Value) (graph.Value, bool) {
	b, ok := beside.Text()
	p, _ := planned.Text()
	switch {
	case !ok || p != b:
		return graph.Value{}, false
	case planned.Kind() == beside.Kind():
		return beside, true
	}
	return planned.WithSpan(beside.At()), true
}

// sameJSON is a text of the plan where it is JSON that the configuration may yield, with the places that the configuration has of what is in
// it. The plan has filled the holes, and its provider may have written the text anew.
func sameJSON(planned, beside graph.Value) (graph.Value, bool) {
	if t, _ := planned.Text(); !isJSON(t) {
		return graph.Value{}, false
	}
	v, err := graph.ParseJSON(planned)
	w, err2 := graph.ParseJSON(beside)
	if err != nil || err2 != nil {
		return graph.Value{}, false
	}
	placed, ok := placed(v, w)
	if !ok {
		return graph.Value{}, false
	}
	return graph.Encoded(planned.WithSpan(beside.At()), placed), true
}

// placed is a known value with the places of another one, false when that is none which may turn out to be the same.
func placed(v, w graph.Value) (graph.Value, bool) {
	switch {
	case v.Kind() == graph.KindMap && w.Kind() == graph.KindMap && !w.IsOpen():
		o, _ := v.Object()
		p, _ := w.Object()
		if !slices.Equal(o.Keys(), p.Keys()) {
			return v, false
		}
		entries := make(map[string]graph.Value, o.Len())
		for i, k := range o.Keys() {
			e, ok := placed(o.Values()[i], p.Values()[i])
			if !ok {
				return v, false
			}
			entries[k] = e
		}
		return graph.Map(graph.NewObject(entries)).WithSpan(w.At()), true
	case v.Kind() == graph.KindList && w.Kind() == graph.KindList && !w.IsOpen():
		list, other := elements(v), elements(w)
		if len(list) != len(other) {
			return v, false
		}
		out := make([]graph.Value, len(list))
		for i := range list {
			e, ok := placed(list[i], other[i])
			if !ok {
				return v, false
			}
			out[i] = e
		}
		return graph.List(out...).WithSpan(w.At()), true
	}
	return v.WithSpan(w.At()), graph.Equal(v, w) != graph.False
}

func isJSON(text string) bool { return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") }

// maxSharing bounds the resources with the same id that are told apart.
const maxSharing = 64

// identified is the resource whose id or ARN a known value is, for an argument that takes one, and which of the two; nil when there is none.
// Of a resource and data sources that read it, it is always the same one, so that equal ids are equal references.
func (p *Plan) identified(l leaf, known string) (found *resource, attribute string) {
	if len(p.byID[known]) > maxSharing {
		return nil, ""
	}
	best, several := -1, false
	for _, r := range p.byID[known] {
		name := r.identifier(known)
		if r == l.resource || !takes(l.name, &l.resource.Resource, r.Identity(name)) {
			continue
		}
		rank := 0
		if namesType(l.name, r.NativeType) {
			rank += 2
		}
		if !r.Data {
			rank++
		}
		switch {
		case rank > best:
			found, attribute, best, several = r, name, rank, false
		case rank == best:
			several = true
		}
	}
	if several && best < 2 { // not what the argument is called after
		return nil, ""
	}
	return found, attribute
}

// identifier is the attribute of r that has a known value: its id or its ARN.
func (r *resource) identifier(known string) string {
	if text(field(r.values, "id")) == known {
		return "id"
	}
	return "arn"
}

// at is the place of the leaf in the plan; zero where the configuration beside the plan has the places.
func (l leaf) at() (none source.Span) {
	switch {
	case l.resource.declared != nil:
		return none
	case !l.value.IsNull():
		return l.value.At()
	}
	return l.unknown.At()
}
