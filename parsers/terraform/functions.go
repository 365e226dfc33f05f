package terraform

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// functionContext is what functions that read files need.
type functionContext interface {
	// readFile reads the file at a path that an expression gives. When it cannot, the value says why: invalid when there is no such
	// file, else unknown.
	readFile(path graph.Value) ([]byte, *source.File, graph.Value)
	// glob lists the files below a directory that match a pattern, relative to the directory, or says why it cannot.
	glob(dir, pattern string) ([]string, graph.Value)
}

// builtin is one of Terraform's functions, over values of which the files may leave parts open.
type builtin struct {
	min, max int // number of arguments; max is many when there is no limit
	nullFrom int // the first argument that may be null
	lifts    bool
	call     func(*invocation) graph.Value
}

// many is more arguments than anybody writes.
const many = 1 << 30

// invocation is a call of a function whose arguments are neither invalid nor choices.
type invocation struct {
	name    string
	args    []graph.Value
	context functionContext
}

func exactly(n int, f func(*invocation) graph.Value) builtin { return between(n, n, f) }
func atLeast(n int, f func(*invocation) graph.Value) builtin { return between(n, many, f) }
func between(least, most int, f func(*invocation) graph.Value) builtin {
	return builtin{min: least, max: most, nullFrom: many, call: f}
}

// nullable is f that takes null as its arguments from the i-th on.
func (f builtin) nullable(i int) builtin {
	f.nullFrom = i
	return f
}

// lifting is f that is called once for each combination of the choices that stand inside its lists.
func (f builtin) lifting() builtin {
	f.lifts = true
	return f
}

// functions are the functions of Terraform 1.11, but those that decide what to evaluate: try, can, templatefile and templatestring.
// What they do is documented at https://developer.hashicorp.com/terraform/language/functions.
var functions = map[string]builtin{
	// text
	"chomp":       exactly(1, fnChomp),
	"endswith":    exactly(2, fnEndsWith),
	"format":      atLeast(1, fnFormat).nullable(1),
	"formatlist":  atLeast(1, fnFormatList).nullable(1).lifting(),
	"indent":      exactly(2, fnIndent),
	"join":        atLeast(2, fnJoin).lifting(),
	"lower":       exactly(1, fnLower),
	"regex":       library(stdlib.RegexFunc),
	"regexall":    library(stdlib.RegexAllFunc),
	"replace":     exactly(3, fnReplace),
	"split":       exactly(2, fnSplit),
	"startswith":  exactly(2, fnStartsWith),
	"strcontains": exactly(2, fnStrContains),
	"strrev":      library(stdlib.ReverseFunc),
	"substr":      exactly(3, fnSubstr),
	"title":       library(stdlib.TitleFunc),
	"trim":        exactly(2, fnTrim),
	"trimprefix":  exactly(2, fnTrimPrefix),
	"trimspace":   exactly(1, fnTrimSpace),
	"trimsuffix":  exactly(2, fnTrimSuffix),
	"upper":       exactly(1, fnUpper),

	// numbers
	"abs":      library(stdlib.AbsoluteFunc),
	"ceil":     library(stdlib.CeilFunc),
	"floor":    library(stdlib.FloorFunc),
	"log":      library(stdlib.LogFunc),
	"max":      library(stdlib.MaxFunc),
	"min":      library(stdlib.MinFunc),
	"parseint": exactly(2, fnParseInt),
	"pow":      library(stdlib.PowFunc),
	"signum":   library(stdlib.SignumFunc),
	"sum":      exactly(1, fnSum).lifting(),

	// collections
	"alltrue":         exactly(1, fnAllTrue),
	"anytrue":         exactly(1, fnAnyTrue),
	"chunklist":       exactly(2, fnChunkList),
	"coalesce":        atLeast(1, fnCoalesce).nullable(0),
	"coalescelist":    atLeast(1, fnCoalesceList),
	"compact":         exactly(1, fnCompact).lifting(),
	"concat":          atLeast(1, fnConcat),
	"contains":        exactly(2, fnContains),
	"distinct":        exactly(1, fnDistinct).lifting(),
	"element":         exactly(2, fnElement),
	"flatten":         exactly(1, fnFlatten).lifting(),
	"index":           exactly(2, fnIndex),
	"keys":            exactly(1, fnKeys),
	"length":          exactly(1, fnLength),
	"lookup":          between(2, 3, fnLookup).nullable(2),
	"matchkeys":       exactly(3, fnMatchKeys),
	"merge":           atLeast(0, fnMerge).nullable(0),
	"one":             exactly(1, fnOne),
	"range":           library(stdlib.RangeFunc),
	"reverse":         exactly(1, fnReverse),
	"setintersection": atLeast(1, fnSetIntersection).lifting(),
	"setproduct":      atLeast(2, fnSetProduct).lifting(),
	"setsubtract":     exactly(2, fnSetSubtract).lifting(),
	"setunion":        atLeast(1, fnSetUnion).lifting(),
	"slice":           exactly(3, fnSlice),
	"sort":            exactly(1, fnSort).lifting(),
	"transpose":       exactly(1, fnTranspose),
	"values":          exactly(1, fnValues),
	"zipmap":          exactly(2, fnZipMap).lifting(),

	// types; Terraform had list and map until 0.14
	"ephemeralasnull": exactly(1, itself).nullable(0),
	"issensitive":     exactly(1, never("iacscan does not follow what is sensitive")).nullable(0),
	"list":            atLeast(0, fnList).nullable(0),
	"map":             atLeast(0, fnMap).nullable(0),
	"nonsensitive":    exactly(1, itself).nullable(0),
	"sensitive":       exactly(1, itself).nullable(0),
	"tobool":          exactly(1, conversion(cty.Bool)).nullable(0),
	"tolist":          exactly(1, conversion(cty.List(cty.DynamicPseudoType))).nullable(0).lifting(),
	"tomap":           exactly(1, conversion(cty.Map(cty.DynamicPseudoType))).nullable(0),
	"tonumber":        exactly(1, conversion(cty.Number)).nullable(0),
	"toset":           exactly(1, fnToSet).nullable(0).lifting(),
	"tostring":        exactly(1, conversion(cty.String)).nullable(0),

	// encodings and digests
	"base64decode":     ofText(base64Decode),
	"base64encode":     ofText(base64Encode),
	"base64gzip":       exactly(1, (*invocation).derived),
	"base64sha256":     ofText(base64SHA256),
	"base64sha512":     ofText(base64SHA512),
	"bcrypt":           between(1, 2, never("bcrypt yields another hash each time")),
	"csvdecode":        library(stdlib.CSVDecodeFunc),
	"jsondecode":       exactly(1, fnJSONDecode),
	"jsonencode":       exactly(1, fnJSONEncode).nullable(0),
	"md5":              ofText(md5Hex),
	"rsadecrypt":       exactly(2, (*invocation).derived),
	"sha1":             ofText(sha1Hex),
	"sha256":           ofText(sha256Hex),
	"sha512":           ofText(sha512Hex),
	"textdecodebase64": exactly(2, fnTextDecodeBase64),
	"textencodebase64": exactly(2, fnTextEncodeBase64),
	"urlencode":        exactly(1, fnURLEncode),
	"uuid":             exactly(0, never("uuid yields another one each time")),
	"uuidv5":           ofTexts(uuidV5),
	"yamldecode":       exactly(1, fnYAMLDecode),
	"yamlencode":       exactly(1, fnYAMLEncode).nullable(0),

	// files
	"abspath":          exactly(1, fnAbsPath),
	"basename":         ofText(baseName),
	"dirname":          ofText(dirName),
	"file":             exactly(1, fnFile),
	"filebase64":       fileDigest(base64Encode),
	"filebase64sha256": fileDigest(base64SHA256),
	"filebase64sha512": fileDigest(base64SHA512),
	"fileexists":       exactly(1, fnFileExists),
	"filemd5":          fileDigest(md5Hex),
	"fileset":          exactly(2, fnFileSet),
	"filesha1":         fileDigest(sha1Hex),
	"filesha256":       fileDigest(sha256Hex),
	"filesha512":       fileDigest(sha512Hex),
	"pathexpand":       exactly(1, fnPathExpand),

	// networks
	"cidrhost":    exactly(2, fnCIDRHost),
	"cidrnetmask": exactly(1, fnCIDRNetmask),
	"cidrsubnet":  exactly(3, fnCIDRSubnet),
	"cidrsubnets": atLeast(1, fnCIDRSubnets),

	// times
	"formatdate":    library(stdlib.FormatDateFunc),
	"plantimestamp": exactly(0, never("the time of the plan is not known")),
	"timeadd":       library(stdlib.TimeAddFunc),
	"timecmp":       exactly(2, fnTimeCompare),
	"timestamp":     exactly(0, never("the time of the run is not known")),
}

// callFunction calls a function of Terraform, all but those that decide what to evaluate (see functions).
func callFunction(name string, args []graph.Value, context functionContext) graph.Value {
	name = strings.TrimPrefix(name, "core::")
	f, ok := functions[name]
	switch {
	case strings.Contains(name, "::"):
		return graph.Unknown("iacscan does not call functions of providers: " + name)
	case !ok:
		return graph.Invalid("there is no function named " + strconv.Quote(name))
	case len(args) < f.min || len(args) > f.max:
		return graph.Invalid("wrong number of arguments for " + name + ": " + strconv.Itoa(len(args)))
	}
	if f.lifts {
		args = lifted(args)
	}
	return distributed(args, func(args []graph.Value) graph.Value {
		for i, a := range args {
			switch {
			case failure(a) == graph.True:
				invalid, _ := loosePart(a)
				return invalid
			case a.IsNull() && i < f.nullFrom:
				return graph.Invalid("invalid argument of " + name + ": it must not be null")
			}
		}
		return bounded(f.call(&invocation{name, args, context}))
	})
}

// distributed calls f once for each combination of choices among its arguments.
func distributed(args []graph.Value, f func([]graph.Value) graph.Value) graph.Value {
	rows, ok := alternatives(args)
	if !ok {
		return f(approximated(args))
	}
	cases := make([]graph.Case, len(rows))
	for i, r := range rows {
		cases[i] = graph.Case{When: r.when, Value: f(r.values)}
	}
	if len(cases) == 1 {
		return cases[0].Value
	}
	return graph.Choice(cases...)
}

// lifted turns lists with choices among their elements into choices of lists.
func lifted(args []graph.Value) []graph.Value {
	out := make([]graph.Value, len(args))
	for i, a := range args {
		out[i] = lift(a)
	}
	return out
}

func lift(v graph.Value) graph.Value {
	in, ok := v.Elements()
	if !ok {
		return v
	}
	elements := make([]graph.Value, len(in))
	choice := false
	for i, e := range in {
		elements[i] = lift(e)
		choice = choice || elements[i].Kind() == graph.KindChoice
	}
	rows, ok := alternatives(elements)
	if !choice || !ok {
		return v
	}
	cases := make([]graph.Case, len(rows))
	for i, r := range rows {
		list := relist(v, r.values)
		if v.IsSet() {
			list = setOf(r.values, v.IsOpen()).WithSpan(v.At())
		}
		cases[i] = graph.Case{When: r.when, Value: list}
	}
	return graph.Choice(cases...)
}

// maxElements bounds the lists that functions make.
const maxElements = 1 << 16

func bounded(v graph.Value) graph.Value {
	if text, ok := v.Text(); ok && len(text) > graph.MaxText {
		return graph.Unknown(tooLong)
	}
	if elements, ok := v.Elements(); ok && len(elements) > maxElements {
		return graph.Unknown(tooMany)
	}
	return v
}

// The reasons why what is beyond the bounds is unknown.
var (
	tooLong = "the text is larger than 1 MiB"
	tooMany = "the list has more than " + strconv.Itoa(maxElements) + " elements"
)

// derived is a hole for what a deterministic function or operator makes of values that are not all known: equal expressions are equal. When
// one of them has no identity there is none, and the value is unknown, or invalid.
func derived(name string, args ...graph.Value) graph.Value {
	var worst graph.Value
	loose := false
	for _, a := range args {
		if v, ok := loosePart(a); ok && (!loose || v.Kind() == graph.KindInvalid) {
			worst, loose = v, true
		}
	}
	switch {
	case !loose:
		return graph.Hole(graph.Derived(name, args...))
	case worst.IsOpen():
		return graph.Unknown("the files do not list everything that " + name + " depends on")
	case worst.Kind() == graph.KindUnknown:
		return graph.Unknown(worst.Why())
	}
	return worst
}

// loosePart is something inside a value that has no identity: what is invalid, else what is unknown or open. What is invalid in some
// worlds only is unknown.
func loosePart(v graph.Value) (part graph.Value, ok bool) {
	fails := failure(v)
	v.Walk(func(w graph.Value) bool {
		switch {
		case w.Kind() == graph.KindInvalid && fails == graph.True:
			part, ok = w, true
		case w.Kind() == graph.KindInvalid && !ok:
			part, ok = graph.Unknown("part of it may be invalid: "+w.Why()), true
		case !ok && (w.Kind() == graph.KindUnknown || w.IsOpen()):
			part, ok = w, true
		}
		return part.Kind() != graph.KindInvalid
	})
	return part, ok
}

// derived is the hole for the call as a whole.
func (c *invocation) derived() graph.Value { return derived(c.name, c.args...) }

// invalid is what Terraform says about an argument.
func (c *invocation) invalid(why string) graph.Value {
	return graph.Invalid("invalid argument of " + c.name + ": " + why)
}

// never is a function whose value no files decide.
func never(why string) func(*invocation) graph.Value {
	return func(*invocation) graph.Value { return graph.Unknown(why) }
}

// itself is a function that yields its argument.
func itself(c *invocation) graph.Value { return c.args[0] }

// conversion is a function that converts its argument to a type.
func conversion(t cty.Type) func(*invocation) graph.Value {
	return func(c *invocation) graph.Value {
		v := convertTo(c.args[0], t)
		if v.Kind() == graph.KindInvalid {
			return c.invalid(v.Why())
		}
		return v
	}
}

// fnToSet is toset(list). The set of a list that is a hole has other elements than the list when that repeats one.
func fnToSet(c *invocation) graph.Value {
	if v := c.args[0]; undecidedKind(v) && !v.IsNull() {
		return c.derived()
	}
	return conversion(cty.Set(cty.DynamicPseudoType))(c)
}

// fnList is list(elements…).
func fnList(c *invocation) graph.Value {
	return convertTo(graph.List(c.args...), cty.List(cty.DynamicPseudoType))
}

// fnMap is map(key, value, …).
func fnMap(c *invocation) graph.Value {
	entries := map[string]graph.Value{}
	for pair := range slices.Chunk(c.args, 2) {
		key, ok := convertText(pair[0]).Text()
		switch {
		case len(pair) == 1:
			return c.invalid("a key has no value")
		case !ok && undecidedKind(pair[0]) && !pair[0].IsNull(), pair[0].Kind() == graph.KindTemplate:
			return c.derived()
		case !ok:
			return c.invalid("a key is no text")
		}
		entries[key] = pair[1]
	}
	return convertTo(graph.Map(graph.NewObject(entries)), cty.Map(cty.DynamicPseudoType))
}

// library is a function of go-cty. It is called when all arguments are known; a hole whose possible values the files list is each of
// them.
func library(f function.Function) builtin {
	n := len(f.Params())
	most := n
	if f.VarParam() != nil {
		most = many
	}
	return between(n, most, func(c *invocation) graph.Value {
		return c.whenKnown(func(args []graph.Value) graph.Value { return callCty(f, args...) })
	})
}

// ofText is a function from text to text.
func ofText(f func(string) (string, error)) builtin {
	return exactly(1, func(c *invocation) graph.Value { return c.text(func(s []string) (string, error) { return f(s[0]) }) })
}

// ofTexts is a function from two texts to text.
func ofTexts(f func(a, b string) (string, error)) builtin {
	return exactly(2, func(c *invocation) graph.Value {
		return c.text(func(s []string) (string, error) { return f(s[0], s[1]) })
	})
}

// text is a function of texts when all arguments are known; the result stands where the first argument does.
func (c *invocation) text(f func([]string) (string, error)) graph.Value {
	return c.whenKnown(func(args []graph.Value) graph.Value {
		texts := make([]string, len(args))
		for i, a := range args {
			t, ok := convertText(a).Text()
			if !ok {
				return c.invalid("string required")
			}
			texts[i] = t
		}
		out, err := f(texts)
		if err != nil {
			return c.invalid(err.Error())
		}
		return graph.String(out).WithSpan(args[0].At())
	})
}

// whenKnown calls f when all arguments are known, and otherwise is the hole for the call.
func (c *invocation) whenKnown(f func([]graph.Value) graph.Value) graph.Value {
	if !slices.ContainsFunc(c.args, func(a graph.Value) bool { return !a.Known() }) {
		return f(c.args)
	}
	listed := make([]graph.Value, len(c.args))
	for i, a := range c.args {
		if listed[i] = enumerated(a); !listed[i].Known() && listed[i].Kind() != graph.KindChoice {
			return c.derived()
		}
	}
	rows, ok := alternatives(listed)
	if !ok {
		return c.derived()
	}
	cases := make([]graph.Case, len(rows))
	for i, r := range rows {
		cases[i] = graph.Case{When: r.when, Value: f(r.values)}
	}
	return graph.Choice(cases...)
}

// enumerated is a hole whose possible values the files list, as a choice of them.
func enumerated(v graph.Value) graph.Value {
	id := v.Identity()
	if id == nil || len(id.Allowed) == 0 || len(id.Allowed) > graph.MaxCases {
		return v
	}
	cases := make([]graph.Case, len(id.Allowed))
	for i, a := range id.Allowed {
		cases[i] = graph.Case{When: graph.When(id, a), Value: graph.String(a)}
	}
	return graph.Choice(cases...)
}

// callCty calls a function of go-cty with known values, which are converted to the types of its parameters.
func callCty(f function.Function, args ...graph.Value) graph.Value {
	in := make([]cty.Value, len(args))
	for i, a := range args {
		p := f.VarParam()
		if i < len(f.Params()) {
			p = &f.Params()[i]
		}
		c, ok := toCty(a)
		switch {
		case !ok:
			return graph.Unknown("the elements of a set have no type in common")
		case a.IsNull() && !p.AllowNull:
			return graph.Invalid("invalid value for " + p.Name + ": it must not be null")
		}
		converted, err := convert.Convert(c, p.Type)
		if err != nil {
			return graph.Invalid("invalid value for " + p.Name + ": " + convert.MismatchMessage(c.Type(), p.Type))
		}
		in[i] = converted
	}
	out, err := f.Call(in)
	var panicked function.PanicError
	switch {
	case errors.As(err, &panicked):
		return graph.Unknown("the function does not work with these arguments")
	case err != nil:
		return graph.Invalid(err.Error())
	}
	return fromCty(out)
}
