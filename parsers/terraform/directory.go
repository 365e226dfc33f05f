package terraform

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/iacscan/iacscan/source"
)

// loader reads the configuration of modules, each directory once. It is not safe for concurrent use.
type loader struct {
	files       *source.Set
	diagnostics *source.Diagnostics

	directories map[string]*directory
	last        *source.File // that span has looked up
}

func newLoader(files *source.Set, diagnostics *source.Diagnostics) *loader {
	return &loader{files: files, diagnostics: diagnostics, directories: map[string]*directory{}}
}

// directory is what the files of one module declare, override files merged. Of declarations with the same address all are listed, and
// references mean the first one.
type directory struct {
	path string // relative to the boundary
	// blocks are all blocks, in the order of file names and lines, of kinds that nobody knows too.
	blocks []*block
	// types lists resources by type: "aws_vpc", "data.aws_vpc", "ephemeral.aws_secretsmanager_secret_version".
	types map[string][]*block
	// resources are resources by address: "aws_vpc.x", "data.aws_vpc.x", "ephemeral.aws_secretsmanager_secret_version.x".
	resources map[string]*block
	// variables, outputs and modules are by name.
	variables, outputs, modules map[string]*block
	// calls are the module calls, in order.
	calls []*block
	// partial says that more may be declared than is known, because a file, or text in one, could not be read.
	partial bool

	localBlocks, localOverrides       []*block
	settingsBlocks, settingsOverrides []*block
	providerBlocks                    []*block
	locals                            map[string]local
	providers                         map[string]*block
}

// local is one local value.
type local struct {
	name       string
	at         source.Span // of the name
	expression hclsyntax.Expression
	block      *block
}

// directory is the configuration in a directory, given by its path relative to the boundary; nil when it holds none.
func (l *loader) directory(dir string) *directory {
	dir = path.Clean(dir)
	d, ok := l.directories[dir]
	if !ok {
		d = l.load(dir)
		l.directories[dir] = d
	}
	return d
}

func (l *loader) load(dir string) *directory {
	if !fs.ValidPath(dir) {
		return nil
	}
	entries, err := fs.ReadDir(l.files.FS(), dir)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.unreadable(dir, err)
		}
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	primary, overrides := configurationFiles(names)
	if len(primary)+len(overrides) == 0 {
		return nil
	}
	d := &directory{
		path: dir, types: map[string][]*block{}, resources: map[string]*block{},
		variables: map[string]*block{}, outputs: map[string]*block{}, modules: map[string]*block{},
	}
	for _, name := range primary {
		for _, b := range l.blocks(d, path.Join(dir, name)) {
			d.declare(b)
		}
	}
	for _, name := range overrides {
		for _, b := range l.blocks(d, path.Join(dir, name)) {
			d.override(b)
		}
	}
	return d
}

// unreadable tells that a file or directory could not be read.
func (l *loader) unreadable(name string, err error) {
	l.diagnostics.Add(source.Diagnostic{
		Level: source.Error, Code: "unreadable-file", Message: fmt.Sprintf("cannot be read: %v", err), Location: source.Location{Path: name},
	})
}

// configurationFiles picks from the names of the files in a directory those that configure a module, in the order in which they count.
// OpenTofu's x.tofu stands in for x.tf. Hidden files and what editors leave behind are no configuration.
func configurationFiles(names []string) (primary, overrides []string) {
	present := make(map[string]bool, len(names))
	for _, name := range names {
		present[name] = true
	}
	for _, name := range names {
		base, suffix := configurationSuffix(name)
		switch {
		case suffix == "", base == "" || base[0] == '.':
			continue
		case strings.HasPrefix(suffix, ".tf") && present[base+strings.Replace(suffix, ".tf", ".tofu", 1)]:
			continue
		case base == "override" || strings.HasSuffix(base, "_override"):
			overrides = append(overrides, name)
		default:
			primary = append(primary, name)
		}
	}
	return primary, overrides
}

// configurationSuffix splits a file name of a configuration; the suffix of other names is empty.
func configurationSuffix(name string) (base, suffix string) {
	for _, suffix := range [...]string{".tf", ".tofu", ".tf.json", ".tofu.json"} {
		if base, ok := strings.CutSuffix(name, suffix); ok {
			return base, suffix
		}
	}
	return name, ""
}

// blocks lists the blocks in a file.
func (l *loader) blocks(d *directory, name string) []*block {
	file, err := l.files.Load(name)
	if err != nil {
		d.partial = true
		l.unreadable(name, err)
		return nil
	}
	if strings.HasSuffix(name, ".json") {
		blocks, ok := l.jsonBlocks(file)
		d.partial = d.partial || !ok
		return blocks
	}
	x := indexFile(file.Src)
	for _, e := range x.strays {
		d.partial = true
		message := "this is not a block, so Terraform rejects the file; it was skipped up to where the next block seems to start"
		if e.fault == sound {
			message = "an argument must be within a block; Terraform rejects the file, and the argument was skipped"
		}
		l.report(source.Error, "hcl-syntax", file.Span(e.start, firstLine(file.Src, e)), message)
	}
	all := make([]block, len(x.blocks))
	blocks := make([]*block, len(x.blocks))
	for i, e := range x.blocks {
		b := &all[i]
		*b = block{
			kind: e.kind, labels: e.labels, file: file, header: file.Span(e.start, e.header), span: file.Span(e.start, e.end), in: l, entry: e,
		}
		blocks[i] = b
		if e.fault == unclosed || e.fault == lost { // it may hide others, whoever needs it
			d.partial = true
			b.ownBody()
		}
	}
	return blocks
}

// firstLine is the end of an entry, or of its first line.
func firstLine(src []byte, e entry) int {
	for i := e.start; i < e.end; i++ {
		if src[i] == '\n' {
			return i
		}
	}
	return e.end
}

// declare adds a block of a primary file.
func (d *directory) declare(b *block) {
	if !d.labelled(b) {
		return
	}
	d.blocks = append(d.blocks, b)
	switch b.kind {
	case "resource", "data", "ephemeral":
		kind := b.labels[0]
		if b.kind != "resource" {
			kind = b.kind + "." + kind
		}
		d.types[kind] = append(d.types[kind], b)
	case "module":
		d.calls = append(d.calls, b)
	case "locals":
		d.localBlocks = append(d.localBlocks, b)
	case "provider":
		d.providerBlocks = append(d.providerBlocks, b)
	case "terraform":
		d.settingsBlocks = append(d.settingsBlocks, b)
	}
	if declared, name := d.declared(b); declared != nil {
		if earlier, ok := declared[name]; ok {
			b.in.reportDuplicate(b.address(), b.header, earlier.header)
		} else {
			declared[name] = b
		}
	}
}

// declared is where references look for what b declares, and the name that it has there; nil when nothing refers to such blocks.
func (d *directory) declared(b *block) (map[string]*block, string) {
	switch b.kind {
	case "resource", "data", "ephemeral":
		return d.resources, b.address()
	case "module":
		return d.modules, b.labels[0]
	case "variable":
		return d.variables, b.labels[0]
	case "output":
		return d.outputs, b.labels[0]
	}
	return nil, ""
}

func (l *loader) reportDuplicate(address string, at, earlier source.Span) {
	l.report(source.Warning, "duplicate-declaration", at,
		fmt.Sprintf("%s is declared at %s already, and references mean that one; rename or remove one of them", address, l.files.Location(earlier)))
}

// labelled reports whether a block has as many labels as its kind needs, and tells if not.
func (d *directory) labelled(b *block) bool {
	want, known := labelCounts[b.kind]
	if !known || len(b.labels) == want {
		return true
	}
	d.partial = true
	b.in.report(source.Error, "hcl-labels", b.header,
		fmt.Sprintf("a %s block has %s, this one has %d; it was skipped", b.kind, [...]string{"no label", "one label", "two labels"}[want], len(b.labels)))
	return false
}

// override adds a block of an override file.
func (d *directory) override(b *block) {
	if !d.labelled(b) {
		return
	}
	switch b.kind {
	case "locals":
		d.localOverrides = append(d.localOverrides, b)
		return
	case "terraform":
		d.settingsOverrides = append(d.settingsOverrides, b)
		return
	case "provider":
		for _, base := range d.providerBlocks {
			if base.labels[0] == b.labels[0] && base.alias() == b.alias() {
				base.overrides = append(base.overrides, b)
				return
			}
		}
	}
	declared, name := d.declared(b)
	if base := declared[name]; base != nil {
		base.overrides = append(base.overrides, b)
		return
	}
	if declared != nil {
		b.in.report(source.Warning, "override-without-base", b.header, fmt.Sprintf(
			"an override file changes what other files declare, and none declares %s; it was read as a declaration", b.address()))
	}
	d.declare(b)
}

// alias is the alias of a provider block, empty when it has none, or none that is a plain string.
func (b *block) alias() string {
	if a := b.ownBody().Attributes["alias"]; a != nil {
		return literalString(a.Expr)
	}
	return ""
}

// literalString is the text of an expression that is a string without template sequences, empty for every other.
func literalString(e hclsyntax.Expression) string {
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// local is the local value with a name. It is not found when a syntax error hides what its value is.
func (d *directory) local(name string) (local, bool) {
	if d.locals == nil {
		d.readLocals()
	}
	l, ok := d.locals[name]
	return l, ok
}

func (d *directory) readLocals() {
	d.locals = map[string]local{}
	for _, b := range d.localBlocks {
		for _, l := range localsOf(b) {
			if earlier, ok := d.locals[l.name]; ok {
				b.in.reportDuplicate("local."+l.name, l.at, earlier.at)
				continue
			}
			d.locals[l.name] = l
		}
	}
	for _, b := range d.localOverrides {
		list := localsOf(b)
		if b.partial { // what it does not show may replace anything
			clear(d.locals)
		}
		for _, l := range list {
			d.locals[l.name] = l
		}
	}
}

// localsOf lists the local values in a block, in order.
func localsOf(b *block) []local {
	attributes := b.body().Attributes
	list := make([]local, 0, len(attributes))
	for _, a := range attributes {
		list = append(list, local{name: a.Name, at: b.in.span(a.NameRange), expression: a.Expr, block: b})
	}
	slices.SortFunc(list, func(a, b local) int { return cmp.Compare(a.at.Start, b.at.Start) })
	return list
}

// provider is the configuration of a provider, by local name and, after a dot, alias: "aws", "aws.east". It is nil when there is none.
func (d *directory) provider(name string) *block {
	if d.providers == nil {
		d.providers = map[string]*block{}
		for _, b := range d.providerBlocks {
			key := b.labels[0]
			if alias := b.alias(); alias != "" {
				key += "." + alias
			}
			if d.providers[key] == nil {
				d.providers[key] = b
			}
		}
	}
	return d.providers[name]
}

// setting is the block of a type in the terraform blocks that counts: the last one in override files, else the first one. It is nil
// when there is none. A backend and a cloud block replace each other.
func (d *directory) setting(kinds ...string) *hclsyntax.Block {
	for _, b := range slices.Backward(d.settingsOverrides) {
		for _, nested := range slices.Backward(b.body().Blocks) {
			if slices.Contains(kinds, nested.Type) {
				return nested
			}
		}
	}
	for _, b := range d.settingsBlocks {
		for _, nested := range b.body().Blocks {
			if slices.Contains(kinds, nested.Type) {
				return nested
			}
		}
	}
	return nil
}

// backend is the backend or cloud block that says where the state of the root module is; nil when the state is local.
func (d *directory) backend() *hclsyntax.Block { return d.setting("backend", "cloud") }
