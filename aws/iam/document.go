package iam

import (
	"encoding/json"
	"strings"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// Document is a policy document as far as the files decide it. A document that is a choice between several is one whose statements
// stand under the guards of the choice.
type Document struct {
	// Value is what the document was read from, and At where that is written.
	Value graph.Value
	At    source.Span
	// Missing is the condition under which no document is written at all: the value is null or empty text.
	Missing graph.Guard
	// Version is the policy language, Null when it is not written.
	Version graph.Value
	// Statements are in the order of the document.
	Statements []*Statement
	// Problems are what is wrong with the document as JSON and as a policy of any kind; [Document.LintEndpoint] adds the rules for endpoints.
	Problems []Problem

	when graph.Guard // of what is being read
}

// Statement is one statement of a [Document].
type Statement struct {
	// Number counts the document's statements from 1; that of the policy that AWS attaches where none is written has 0.
	Number int
	// At is where the statement is written.
	At source.Span
	// When is the condition under which the document holds the statement.
	When graph.Guard
	// Sid is the statement's name, Null when it has none.
	Sid                       graph.Value
	Effect                    Element
	Principals, NotPrincipals Principals
	Actions, NotActions       Element
	Resources, NotResources   Element
	Conditions                []Condition
	// Unread are parts of the statement, or the statement itself, that the files do not decide. They may hold anything.
	Unread []graph.Value
}

// Name is how people call the statement: its Sid, else its number.
func (s *Statement) Name() string {
	if sid, ok := s.Sid.Text(); ok && sid != "" {
		return "statement " + sid
	}
	if s.Number == 0 {
		return "the default policy"
	}
	return "statement " + itoa(s.Number)
}

// Element is an element of a statement whose values are strings. One value and a list of one are the same.
type Element struct {
	Written bool
	At      source.Span
	Items   []Item
}

// Item is one value of an element under the condition that it is there. A value that is not text stands for any number of values.
type Item struct {
	When  graph.Guard
	Value graph.Value
}

// Principals is the Principal or NotPrincipal element of a statement.
type Principals struct {
	Written bool
	At      source.Span
	Items   []PrincipalItem
}

// PrincipalItem is one principal: Type is "AWS", "Service", "Federated", "CanonicalUser", "*" for everyone, or empty when the files do
// not decide it.
type PrincipalItem struct {
	Type string
	Item
}

// Everyone decides whether the principal is "*". What names a resource that the files create is not.
func (p PrincipalItem) Everyone() graph.Truth {
	if id := p.Value.Identity(); id != nil && id.Resource != nil && !id.Resource.Data {
		return graph.False
	}
	return graph.Equal(p.Value, graph.String(everyone))
}

// Condition is one key of one operator of a statement's Condition element.
type Condition struct {
	// When is the condition under which the statement has this condition.
	When graph.Guard
	// Operator and Key are as written: "ForAnyValue:StringLike", "aws:SourceVpce". Both are empty for what the files do not decide.
	Operator, Key string
	Values        Element
}

// Parse reads a policy document: a map, JSON text (with holes, too), or a choice between such. It never fails: what is no policy
// document has Problems, and what the files do not decide has Unread statements.
func Parse(v graph.Value) *Document {
	d := &Document{Value: v, At: v.At(), Missing: graph.Never(), Version: graph.Null()}
	d.add(v, graph.Always())
	d.findDuplicates()
	return d
}

// add reads one alternative of the document.
func (d *Document) add(v graph.Value, when graph.Guard) {
	outer := d.when
	d.when = when
	defer func() { d.when = outer }()
	if encoded, ok := v.Encodes(); ok {
		d.addParsed(encoded, when)
		return
	}
	switch v.Kind() {
	case graph.KindChoice:
		for _, c := range v.Cases() {
			d.add(c.Value, graph.And(when, c.When))
		}
	case graph.KindNull:
		d.Missing = graph.Or(d.Missing, when)
	case graph.KindMap:
		d.addObject(v, when)
	case graph.KindList:
		d.problem(BareStatement, v.At(), "the document is a list; its statements belong under \"Statement\"")
		d.addStatements(v, when)
	case graph.KindString, graph.KindTemplate:
		d.addText(v, when)
	case graph.KindBool, graph.KindNumber:
		d.problem(NotADocument, v.At(), "a policy document is a JSON object")
		d.addUnread(v, when)
	default:
		d.addUnread(v, when)
	}
}

// addText reads JSON text.
func (d *Document) addText(v graph.Value, when graph.Guard) {
	text, known := v.Text()
	if known && strings.TrimSpace(text) == "" {
		d.Missing = graph.Or(d.Missing, when)
		return
	}
	if id := v.Identity(); id != nil && id.Encodes == nil { // text that is one hole
		d.addUnread(v, when)
		return
	}
	parsed, err := graph.ParseJSON(v)
	if err == nil {
		d.addParsed(parsed, when)
		return
	}
	if documents := split(text); known && len(documents) > 1 {
		d.problem(SeveralDocuments, v.At(), "the text holds "+itoa(len(documents))+" JSON documents; a policy is one document")
		for _, text := range documents {
			d.add(graph.String(text).WithSpan(v.At()), when)
		}
		return
	}
	d.problem(InvalidJSON, errorPlace(err, v), err.Error())
	d.addUnread(graph.Invalid("the policy is not valid JSON").WithSpan(v.At()), when)
}

// addParsed reads what JSON text holds. Within JSON, text is not a document again.
func (d *Document) addParsed(v graph.Value, when graph.Guard) {
	for _, c := range v.Cases() {
		if _, text := c.Value.Parts(); text && c.Value.Kind() != graph.KindHole && c.Value.Kind() != graph.KindRef || c.Value.IsNull() {
			d.problemIf(graph.And(when, c.When), NotADocument, c.Value.At(), "a policy document is a JSON object")
			d.addUnread(graph.Invalid("the policy is no JSON object").WithSpan(c.Value.At()), graph.And(when, c.When))
			continue
		}
		d.add(c.Value, graph.And(when, c.When))
	}
}

// split cuts text into the JSON documents that follow each other in it; nil when a part of it is no JSON.
func split(text string) []string {
	var documents []string
	for d := json.NewDecoder(strings.NewReader(text)); d.More(); {
		var raw json.RawMessage
		if d.Decode(&raw) != nil {
			return nil
		}
		documents = append(documents, string(raw))
	}
	return documents
}

// addUnread adds a statement that may say anything.
func (d *Document) addUnread(v graph.Value, when graph.Guard) {
	s := d.newStatement(v.At(), when)
	s.Unread = append(s.Unread, v)
}

func (d *Document) newStatement(at source.Span, when graph.Guard) *Statement {
	s := &Statement{Number: len(d.Statements) + 1, At: at, When: when, Sid: graph.Null()}
	d.Statements = append(d.Statements, s)
	return s
}

// addObject reads a document that is an object.
func (d *Document) addObject(v graph.Value, when graph.Guard) {
	top := d.read(v, documentElements, statementElements)
	if version, ok := top["Version"]; ok {
		d.Version = version
		if text, known := version.Text(); known && text != languageNow && text != languageOld {
			d.problem(InvalidVersion, version.At(), "the policy language has the versions "+languageNow+" and "+languageOld+", not "+quote(text))
		}
	}
	statements, ok := top["Statement"]
	switch {
	case ok:
		d.addStatements(statements, when)
	case hasAny(top, statementElements):
		d.problem(BareStatement, v.At(), "the document is a bare statement; it belongs under \"Statement\"")
		d.addStatement(v, when)
	case v.IsOpen():
		d.addUnread(mayHoldMore("the document", v), when)
	default:
		d.problem(MissingStatement, v.At(), "the document has no Statement")
	}
}

// The versions of the policy language. Policy variables are text in the old one, which is the default.
const (
	languageNow = "2012-10-17"
	languageOld = "2008-10-17"
)

var (
	documentElements  = []string{"Version", "Id", "Statement"}
	statementElements = []string{
		"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
	}
)

// read gives the elements of an object by their right names; null ones are left out. AWS takes no other names; one that only its case
// tells from a right one is taken to mean it.
func (d *Document) read(v graph.Value, known ...[]string) map[string]graph.Value {
	elements := map[string]graph.Value{}
	o, ok := v.Object()
	if !ok {
		return elements
	}
	for i, name := range o.Keys() {
		value := o.Values()[i]
		if value.IsNull() {
			continue
		}
		right := rightName(name, known)
		if right != name {
			d.problem(UnknownElement, v.At(), quote(name)+" is no element of a policy")
		}
		if _, twice := elements[right]; right == "" || twice && right != name {
			continue
		}
		elements[right] = value
	}
	return elements
}

// rightName is the element that a name is or, but for its case, would be.
func rightName(name string, known [][]string) string {
	for _, list := range known {
		for _, k := range list {
			if strings.EqualFold(k, name) {
				return k
			}
		}
	}
	return ""
}

func hasAny(elements map[string]graph.Value, names []string) bool {
	for _, n := range names {
		if _, ok := elements[n]; ok {
			return true
		}
	}
	return false
}

// addStatements reads the Statement element: a list, or a single statement.
func (d *Document) addStatements(v graph.Value, when graph.Guard) {
	for _, item := range flatten(v, "the Statement list", when) {
		if item.Value.Kind() == graph.KindMap {
			d.addStatement(item.Value, item.When)
			continue
		}
		if _, text := item.Value.Text(); text {
			d.problemIf(item.When, WrongType, item.Value.At(), "a statement is an object")
		}
		d.addUnread(item.Value, item.When)
	}
}

func (d *Document) addStatement(v graph.Value, when graph.Guard) {
	outer := d.when
	d.when = when
	defer func() { d.when = outer }()
	s := d.newStatement(v.At(), when)
	elements := d.read(v, statementElements, documentElements)
	if v.IsOpen() {
		s.Unread = append(s.Unread, mayHoldMore(s.Name(), v))
	}
	if sid, ok := elements["Sid"]; ok {
		s.Sid = sid
	}
	s.Effect = d.element("Effect", elements)
	s.Actions, s.NotActions = d.element("Action", elements), d.element("NotAction", elements)
	s.Resources, s.NotResources = d.element("Resource", elements), d.element("NotResource", elements)
	s.Principals, s.NotPrincipals = d.principals("Principal", elements), d.principals("NotPrincipal", elements)
	if condition, ok := elements["Condition"]; ok {
		s.Conditions = d.conditions(condition)
	}
	d.checkStatement(s, v)
}

// element reads an element whose values are strings.
func (d *Document) element(name string, elements map[string]graph.Value) Element {
	v, ok := elements[name]
	if !ok {
		return Element{}
	}
	return d.values(name, v, graph.Always())
}

func (d *Document) values(name string, v graph.Value, when graph.Guard) Element {
	e := Element{Written: true, At: v.At(), Items: flatten(v, name, when)}
	for _, item := range e.Items {
		if item.Value.Kind() == graph.KindMap {
			d.problemIf(item.When, WrongType, item.Value.At(), name+" is a string or a list of strings")
		}
	}
	return e
}

// flatten lists the values of what may be one value, a list, or a choice between such. What may hold more than is known has an unknown
// value at its end.
func flatten(v graph.Value, name string, when graph.Guard) []Item {
	switch v.Kind() {
	case graph.KindNull:
		return nil
	case graph.KindList:
		var items []Item
		elements, _ := v.Elements()
		for _, e := range elements {
			items = append(items, flatten(e, name, when)...)
		}
		if v.IsOpen() {
			items = append(items, Item{when, mayHoldMore(name, v)})
		}
		return items
	case graph.KindChoice:
		var items []Item
		for _, c := range v.Cases() {
			items = append(items, flatten(c.Value, name, graph.And(when, c.When))...)
		}
		return items
	default:
		return []Item{{when, v}}
	}
}

func mayHoldMore(name string, v graph.Value) graph.Value {
	return graph.Unknown(name + " may hold more than the files decide").WithSpan(v.At())
}

// everyone is the Type of the principal "*".
const everyone = "*"

// principalTypes are the kinds of principals that a map of principals has. {"*": "*"} is how Terraform may write "*".
var principalTypes = []string{"AWS", "Service", "Federated", "CanonicalUser", everyone}

// principals reads Principal or NotPrincipal: "*", or a map from a type to principals.
func (d *Document) principals(name string, elements map[string]graph.Value) Principals {
	v, ok := elements[name]
	if !ok {
		return Principals{}
	}
	p := Principals{Written: true, At: v.At()}
	for _, item := range flatten(v, name, graph.Always()) {
		p.Items = append(p.Items, d.principal(item)...)
	}
	return p
}

func (d *Document) principal(item Item) []PrincipalItem {
	o, ok := item.Value.Object()
	if !ok {
		text, known := item.Value.Text()
		switch {
		case !known:
			return []PrincipalItem{{"", item}}
		case text != everyone:
			d.problemIf(item.When, InvalidPrincipal, item.Value.At(), "a principal is \"*\" or an object like {\"AWS\": …}, not "+quote(text))
			return []PrincipalItem{{"AWS", item}}
		}
		return []PrincipalItem{{everyone, item}}
	}
	var items []PrincipalItem
	for i, kind := range o.Keys() {
		right := rightName(kind, [][]string{principalTypes})
		if right != kind {
			d.problemIf(item.When, InvalidPrincipal, item.Value.At(), "there are no principals of type "+quote(kind))
		}
		for _, id := range flatten(o.Values()[i], "the list of principals", item.When) {
			items = append(items, PrincipalItem{right, id})
		}
	}
	if item.Value.IsOpen() {
		items = append(items, PrincipalItem{"", Item{item.When, mayHoldMore("the map of principals", item.Value)}})
	}
	return items
}

// conditions reads the Condition element: operator → key → values.
func (d *Document) conditions(v graph.Value) []Condition {
	var conditions []Condition
	add := func(operator string, e entry) {
		values := d.values(e.key, e.Value, graph.Always())
		conditions = append(conditions, Condition{e.When, operator, e.key, values})
	}
	for _, operator := range d.entries("Condition", Item{graph.Always(), v}) {
		if operator.unread {
			add("", operator)
			continue
		}
		for _, key := range d.entries(operator.key, operator.Item) {
			if key.unread {
				add("", key)
			} else {
				add(operator.key, key)
			}
		}
	}
	return conditions
}

// entry is an entry of a map. One that is unread stands for entries that the files do not decide, and has no key.
type entry struct {
	Item
	key    string
	unread bool
}

// entries lists what a map holds, or each alternative of a choice between maps.
func (d *Document) entries(name string, item Item) []entry {
	var entries []entry
	for _, c := range item.Value.Cases() {
		when := graph.And(item.When, c.When)
		o, ok := c.Value.Object()
		if !ok {
			if c.Value.Kind() == graph.KindList || isText(c.Value) {
				d.problemIf(when, WrongType, c.Value.At(), name+" is an object")
			}
			if !c.Value.IsNull() {
				entries = append(entries, entry{Item{when, c.Value}, "", true})
			}
			continue
		}
		for i, key := range o.Keys() {
			entries = append(entries, entry{Item{when, o.Values()[i]}, key, false})
		}
		if c.Value.IsOpen() {
			entries = append(entries, entry{Item{when, mayHoldMore(name, c.Value)}, "", true})
		}
	}
	return entries
}

// isText reports whether v is known text.
func isText(v graph.Value) bool {
	_, ok := v.Text()
	return ok
}
