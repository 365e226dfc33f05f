package aws

import (
	"reflect"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// A view's fields are filled from a resource by their tags:
//
//	cfn:"AppNetworkAccessType"   the CloudFormation property; awscc_ resources have its snake case
//	tf:"policy"                  the aws_ resource's argument where it is not the snake case; "-" when there is none
//	default:"PublicInternetOnly" what AWS takes when nothing is written
//
// A field of struct type is a nested object (a block in Terraform), a slice of structs a repeated one.

// dialect says how a resource names its attributes.
type dialect uint8

const (
	cfnDialect   dialect = iota // as tagged
	awsDialect                  // snake case, tf tags
	awsccDialect                // snake case, digits apart
)

func dialectOf(nativeType string) dialect {
	switch {
	case strings.HasPrefix(nativeType, "aws_"):
		return awsDialect
	case strings.HasPrefix(nativeType, "awscc_"):
		return awsccDialect
	}
	return cfnDialect
}

// field is one tagged field of a view.
type field struct {
	index    int
	cfn, tf  string // native names
	cc       string
	fallback string
	kind     reflect.Kind // Struct for nested objects, Slice for repeated ones, Invalid for attributes
	nested   []field
}

func (f field) name(d dialect) string {
	switch d {
	case awsDialect:
		return f.tf
	case awsccDialect:
		return f.cc
	default:
		return f.cfn
	}
}

var (
	attributeType = reflect.TypeFor[Attribute]()
	plans         sync.Map // reflect.Type → []field
)

// plan reads the tags of a view type, once.
func plan(t reflect.Type) []field {
	if p, ok := plans.Load(t); ok {
		return p.([]field)
	}
	var fields []field
	for i := range t.NumField() {
		sf := t.Field(i)
		cfn, ok := sf.Tag.Lookup("cfn")
		if !ok {
			continue
		}
		f := field{index: i, cfn: cfn, tf: snake(cfn), cc: awsccAttribute(cfn), fallback: sf.Tag.Get("default")}
		if tf, ok := sf.Tag.Lookup("tf"); ok {
			f.tf = tf
		}
		switch {
		case sf.Type == attributeType || isKindOfAttribute(sf.Type):
		case sf.Type.Kind() == reflect.Slice:
			f.kind, f.nested = reflect.Slice, plan(sf.Type.Elem())
		default:
			f.kind, f.nested = reflect.Struct, plan(sf.Type)
		}
		fields = append(fields, f)
	}
	plans.Store(t, fields)
	return fields
}

// isKindOfAttribute reports whether a type is String, Bool, Ref or Refs, rather than a nested object.
func isKindOfAttribute(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 1 && t.Field(0).Type == attributeType && t.Field(0).Anonymous
}

// snake is the snake case of a CloudFormation name: VPCEndpoint → vpc_endpoint, CidrIpv6 → cidr_ipv6.
func snake(name string) string {
	var b strings.Builder
	rs := []rune(name)
	for i, r := range rs {
		if unicode.IsUpper(r) && i > 0 && (!unicode.IsUpper(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

var (
	digitsAfter  = regexp.MustCompile(`([a-z])([0-9])`)
	digitsBefore = regexp.MustCompile(`([0-9])([a-z])`)
)

// awsccAttribute is the name of a property as the awscc provider derives it. Digits after a small letter are a word of their own, those
// after a capital are not: CidrIpv6 → cidr_ipv_6, S3OutputPath → s3_output_path.
func awsccAttribute(property string) string {
	return snake(digitsBefore.ReplaceAllString(digitsAfter.ReplaceAllString(property, "${1}_$2"), "${1}_$2"))
}

// fill sets the tagged fields of a view from a resource.
func fill(view any, r *graph.Resource) {
	fillWith(view, dialectOf(r.NativeType), func(name string) (graph.Value, source.Span) { return r.Attribute(name), r.Place(name) })
}

// fillWith sets the tagged fields of a view through get.
func fillWith(view any, d dialect, get func(name string) (graph.Value, source.Span)) {
	v := reflect.ValueOf(view).Elem()
	fillFields(v, plan(v.Type()), d, "", get)
}

func fillFields(v reflect.Value, fields []field, d dialect, prefix string, get func(name string) (graph.Value, source.Span)) {
	for _, f := range fields {
		name := f.name(d)
		value, place := graph.Null(), source.Span{}
		if name != "-" {
			value, place = get(name)
		}
		target, path := v.Field(f.index), prefix+name
		switch f.kind {
		case reflect.Struct:
			fillFields(target, f.nested, d, path+".", child(value, place))
		case reflect.Slice:
			fillSlice(target, f.nested, d, path+".", value, place)
		default:
			if target.Type() != attributeType {
				target = target.Field(0)
			}
			a := target.Addr().Interface().(*Attribute)
			*a = Attribute{Value: value, Name: path, Written: !value.IsNull(), Place: place}
			if f.fallback != "" {
				a.Value = value.Map(func(v graph.Value) graph.Value {
					if v.IsNull() {
						return defaultValue(f.fallback).WithSpan(v.At())
					}
					return v
				})
			}
		}
	}
}

// defaultValue reads a default tag.
func defaultValue(text string) graph.Value {
	if text == "true" || text == "false" {
		return graph.Bool(text == "true")
	}
	return graph.String(text)
}

// child reads the fields of a nested object.
func child(object graph.Value, place source.Span) func(name string) (graph.Value, source.Span) {
	return func(name string) (graph.Value, source.Span) {
		v := Field(object, name)
		if at := v.At(); place.Contains(at) {
			return v, at
		}
		return v, place
	}
}

// Field is a field of a nested object. A block is a list of one; what is not written is null; what cannot be seen into is unknown.
func Field(object graph.Value, name string) graph.Value {
	return object.Map(func(v graph.Value) graph.Value {
		switch v.Kind() {
		case graph.KindNull:
			return v
		case graph.KindMap:
			o, _ := v.Object()
			if f, ok := o.Get(name); ok {
				return f
			}
			if v.IsOpen() {
				return graph.Unknown(name + " may be set in a part that the files do not decide")
			}
			return graph.Null().WithSpan(v.At())
		case graph.KindList:
			blocks, _ := v.Elements()
			switch {
			case len(blocks) >= 1:
				return Field(blocks[0], name)
			case v.IsOpen():
				why := name + " is in a block whose existence the files do not decide"
				if v.WhyOpen() != "" {
					why += ": " + v.WhyOpen()
				}
				return graph.Unknown(why)
			}
			return graph.Null()
		}
		return graph.Unknown(unreadable(name, v))
	})
}

func unreadable(name string, v graph.Value) string {
	if id := v.Identity(); id != nil {
		why := name + " is part of " + id.Name
		if id.Hint != "" {
			why += ": " + id.Hint
		}
		return why
	}
	return name + " cannot be read: " + v.Why()
}

// fillSlice sets a slice of nested objects. What the files leave open of the list is not in the slice: a view that must know whether
// there is more has the attribute itself too.
func fillSlice(target reflect.Value, nested []field, d dialect, prefix string, list graph.Value, place source.Span) {
	elements, ok := list.Elements()
	if !ok && list.Kind() == graph.KindMap {
		elements = []graph.Value{list}
	}
	out := reflect.MakeSlice(target.Type(), len(elements), len(elements))
	for i, e := range elements {
		at := place
		if place.Contains(e.At()) {
			at = e.At()
		}
		fillFields(out.Index(i), nested, d, prefix, child(e, at))
	}
	target.Set(out)
}
