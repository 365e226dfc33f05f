package aws

import (
	"maps"
	"regexp"
	"slices"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// CloudControlType is the Terraform resource that declares a resource of any CloudFormation type: type_name says which, and
// desired_state holds the properties as JSON.
const CloudControlType = "aws_cloudcontrolapi_resource"

// resourceType is how AWS names its own types.
var resourceType = regexp.MustCompile(`^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$`)

// Unwrap makes the resources of a graph that are declared through Cloud Control resources of the type that they say they have, with the
// properties that they say. Whoever refers to one refers to the same resource. One whose type the files do not decide may be anything.
func Unwrap(g *graph.Graph) {
	for _, r := range g.Resources {
		if r.NativeType != CloudControlType || r.Data {
			continue
		}
		if name, ok := r.Attribute("type_name").Text(); ok && resourceType.MatchString(name) {
			r.Wrapper, r.NativeType, r.Body = r.NativeType, name, desiredState{r.Body}
			continue
		}
		g.Opaque = append(g.Opaque, &graph.Opaque{
			Address: r.Address, Source: "type_name", Root: r.Root, At: r.Header, Exists: r.Exists,
			Hint: "write its type_name so that the files decide it",
			Inputs: func() *graph.Object {
				return graph.NewObject(map[string]graph.Value{stateAttribute: desiredState{r.Body}.properties()})
			},
		})
	}
}

// desiredState is the body of a resource that is declared through Cloud Control: its properties are in the JSON of an attribute.
type desiredState struct{ wrapper graph.Body }

const stateAttribute = "desired_state"

// properties are the decoded JSON.
func (d desiredState) properties() graph.Value {
	return d.wrapper.Attribute(stateAttribute).Map(func(v graph.Value) graph.Value {
		if _, isText := v.Parts(); !isText {
			return v
		}
		decoded, err := graph.ParseJSON(v)
		if err != nil {
			return graph.Unknown(stateAttribute + " is no JSON: " + err.Error()).WithSpan(v.At())
		}
		return decoded
	})
}

// Attribute is a property, which begins with a capital, or an argument of the resource that wraps it.
func (d desiredState) Attribute(name string) graph.Value {
	if name == "" || name[0] < 'A' || name[0] > 'Z' {
		return d.wrapper.Attribute(name)
	}
	return Field(d.properties(), name)
}

// Names are those of the properties, as far as the files decide them.
func (d desiredState) Names() []string {
	names := map[string]bool{}
	for _, c := range d.properties().Cases() {
		if o, ok := c.Value.Object(); ok {
			for _, name := range o.Keys() {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Place is where a property has its value, or where the properties are written as a whole.
func (d desiredState) Place(name string) source.Span {
	v := d.Attribute(name)
	if v.IsNull() {
		return source.Span{}
	}
	if at := v.At(); !at.IsZero() {
		return at
	}
	return d.wrapper.Place(stateAttribute)
}

// Trace is the way of the properties.
func (d desiredState) Trace(string) []graph.Step { return d.wrapper.Trace(stateAttribute) }
