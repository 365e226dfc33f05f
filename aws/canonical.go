package aws

import (
	"reflect"

	"github.com/iacscan/iacscan/graph"
)

// viewTypes are the views by the type that they show.
var viewTypes = map[Type]reflect.Type{
	TypeDomain:           reflect.TypeFor[Domain](),
	TypeUserProfile:      reflect.TypeFor[UserProfile](),
	TypeApp:              reflect.TypeFor[App](),
	TypeNotebookInstance: reflect.TypeFor[NotebookInstance](),
	TypeModel:            reflect.TypeFor[Model](),
	TypeEndpointConfig:   reflect.TypeFor[EndpointConfig](),
	TypeEndpoint:         reflect.TypeFor[hostedEndpoint](),
	TypeScalableTarget:   reflect.TypeFor[scalableTarget](),
	TypeLaunchTemplate:   reflect.TypeFor[Compute](),
	TypeInstance:         reflect.TypeFor[Compute](),
	TypeTaskDefinition:   reflect.TypeFor[Compute](),
	TypeVPCEndpoint:      reflect.TypeFor[Endpoint](),
	TypeSubnet:           reflect.TypeFor[Subnet](),
	TypeRouteTable:       reflect.TypeFor[RouteTable](),
	TypeRoute:            reflect.TypeFor[standaloneRoute](),
	TypeHostedZone:       reflect.TypeFor[HostedZone](),
	TypeBucket:           reflect.TypeFor[Bucket](),
	TypeBucketPolicy:     reflect.TypeFor[bucketPolicy](),
	TypeRole:             reflect.TypeFor[Role](),
	TypeManagedPolicy:    reflect.TypeFor[IdentityPolicy](),
	TypeInlinePolicy:     reflect.TypeFor[IdentityPolicy](),
	TypeRolePolicy:       reflect.TypeFor[IdentityPolicy](),
	TypeUserPolicy:       reflect.TypeFor[IdentityPolicy](),
	TypeGroupPolicy:      reflect.TypeFor[IdentityPolicy](),
}

// Attributes are the attributes of a resource that the files write, by canonical name where a view of its type knows them, else by
// native name.
func Attributes(r *graph.Resource) map[string]graph.Value {
	var fields []field
	if t := viewTypes[TypeOf(r)]; t != nil {
		fields = plan(t)
	}
	d := dialectOf(r.NativeType)
	attributes := map[string]graph.Value{}
	for _, name := range r.Names() {
		canonical, value := canonicalField(fields, d, name, r.Attribute(name))
		attributes[canonical] = value
	}
	return attributes
}

// canonicalField renames one attribute and what is nested in it.
func canonicalField(fields []field, d dialect, name string, v graph.Value) (string, graph.Value) {
	for _, f := range fields {
		if f.name(d) != name {
			continue
		}
		if f.cfn != "-" {
			name = f.cfn
		}
		switch f.kind {
		case reflect.Struct:
			return name, canonicalObject(f.nested, d, v)
		case reflect.Slice:
			return name, canonicalList(f.nested, d, v)
		}
	}
	return name, v
}

// canonicalObject renames the fields of a nested object; a block is a list of one in Terraform.
func canonicalObject(fields []field, d dialect, v graph.Value) graph.Value {
	return v.Map(func(v graph.Value) graph.Value {
		if blocks, ok := v.Elements(); ok && len(blocks) == 1 && !v.IsOpen() {
			v = blocks[0]
		}
		o, ok := v.Object()
		if !ok {
			return v
		}
		entries := make(map[string]graph.Value, o.Len())
		for i, key := range o.Keys() {
			name, value := canonicalField(fields, d, key, o.Values()[i])
			entries[name] = value
		}
		renamed := graph.Map(graph.NewObject(entries)).WithSpan(v.At())
		if v.IsOpen() {
			return renamed.AsOpen()
		}
		return renamed
	})
}

// canonicalList renames the fields of each object of a list.
func canonicalList(fields []field, d dialect, v graph.Value) graph.Value {
	elements, ok := v.Elements()
	if !ok {
		return v
	}
	renamed := make([]graph.Value, len(elements))
	for i, e := range elements {
		renamed[i] = canonicalObject(fields, d, e)
	}
	list := graph.List(renamed...).WithSpan(v.At())
	if v.IsOpen() {
		return list.AsOpen()
	}
	return list
}
