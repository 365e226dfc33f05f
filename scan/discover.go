package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
	"golang.org/x/sync/errgroup"

	"github.com/iacscan/iacscan/parsers/cloudformation"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/parsers/tfplan"
	"github.com/iacscan/iacscan/source"
)

// tree is what one pass over the bytes of the files of a scan tells. Nothing is parsed for it.
type tree struct {
	fsys  fs.FS
	files int
	// repositories are the directories that hold a .git.
	repositories map[string]bool
	modules      map[string]*module   // by directory
	templates    map[string]*template // by path; those that were walked over
	plans        map[string]*plan     // by path; those that were walked over
	inputs       []string             // var and parameter files that no root loads by itself; used when scenarios are asked for
	scenarios    bool
	terragrunt   []string              // files that only Terragrunt evaluates
	mentioned    func(src []byte) bool // of an [interest]
	changes      *changes              // nil unless the scan is about changed files
	diagnostics  *source.Diagnostics

	// What follows is computed when somebody asks after the walk.
	byBase, byCall                 sync.Once
	bases                          map[string][]string // paths of templates by file name
	calledModules, calledTemplates map[string]bool
	// deployments are what Terraform creates stacks from, and deployed their templates: they are judged there, with what they are passed.
	deployments []deployment
	deployed    map[string]bool

	mu sync.Mutex
	// rules are the ignore rules that hold in directories which somebody asked for.
	rules map[string]ignoreRules
	// outside are templates beyond the walk that one within nests: they are no roots, and nothing links to them by name.
	outside map[string]*template
}

// module is a directory of Terraform files.
type module struct {
	types  map[string]bool // of resource blocks
	data   map[string]bool // of data blocks
	calls  []string        // directories of local modules
	remote []string        // sources of other modules
	// backend says that it configures where its state is kept, as root modules do.
	backend bool
	reading
	// mentions says that a file holds a text that makes its root one to evaluate.
	mentions bool
}

// template is a CloudFormation template.
type template struct {
	cloudformation.Outline
	reading

	mentions bool // as of a module
}

// skipped are directories that hold no roots: what tools put there is not the user's code.
var skipped = map[string]bool{".terraform": true, ".git": true, "node_modules": true, ".terragrunt-cache": true}

func skipDirectory(name string) bool {
	base := path.Base(name)
	return skipped[base] || strings.HasPrefix(base, "asset.") && path.Base(path.Dir(name)) == "cdk.out"
}

// ignoreRules are the .gitignore files of one repository, each for its directory.
type ignoreRules struct {
	top      string
	patterns []gitignore.Pattern
}

// discover walks some directories of a boundary and skims every file that may matter.
func discover(ctx context.Context, o Options, dirs []string, in interest, diagnostics *source.Diagnostics) (*tree, error) {
	t := newTree(o.FS, diagnostics)
	t.mentioned = in.mentioned
	t.scenarios = o.Scenarios
	if o.Changed {
		t.changes = newChanges(o.FS, o.Paths)
	}
	paths := make(chan string, 256)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(paths)
		for _, d := range dirs {
			rules, below := t.rulesAbove(o, d), o
			if d != "." { // somebody named it, ignored or excluded as it may be
				below.Exclude = slices.DeleteFunc(slices.Clone(o.Exclude), func(glob string) bool { return covers(glob, d) })
			}
			if rules.ignored(d, true) {
				rules.patterns = nil
			}
			if err := t.walk(ctx, below, d, rules, paths); err != nil {
				return err
			}
		}
		return nil
	})
	for range max(o.Jobs, 1) {
		group.Go(func() error {
			for p := range paths {
				t.skim(p, false)
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return t, nil
}

func newTree(fsys fs.FS, diagnostics *source.Diagnostics) *tree {
	return &tree{
		fsys: fsys, diagnostics: diagnostics,
		repositories: map[string]bool{}, modules: map[string]*module{}, templates: map[string]*template{}, outside: map[string]*template{},
		rules: map[string]ignoreRules{},
		plans: map[string]*plan{},
	}
}

// walk sends the files below dir. Ignored directories are pruned: a child of an ignored directory stays ignored whatever rule it has.
func (t *tree) walk(ctx context.Context, o Options, dir string, rules ignoreRules, files chan<- string) error {
	entries, err := fs.ReadDir(t.fsys, dir)
	if err != nil {
		t.unreadable(dir, err)
		return nil
	}
	for _, e := range entries {
		if e.Name() == ".git" {
			t.repositories[dir] = true
			rules = ignoreRules{top: dir}
		}
	}
	if !o.NoGitignore {
		rules = t.withRules(rules, dir)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if t.excluded(o, rules, name, e.IsDir()) {
			continue
		}
		switch {
		case e.IsDir():
			if skipDirectory(name) {
				continue
			}
			if err := t.walk(ctx, o, name, rules, files); err != nil {
				return err
			}
		case e.Type()&fs.ModeSymlink != 0 && terraformFile(name): // a template is read where it lies
			info := t.linked(name, e)
			if info == nil {
				continue
			}
			t.changes.follow(name, info)
			select {
			case files <- name:
			case <-ctx.Done():
				return ctx.Err()
			}
		case e.Type().IsRegular() && isTerragrunt(name):
			t.addTerragrunt(name)
		case e.Type().IsRegular() && !o.Scenarios && varFile(name):
			t.addInput(name)
		case e.Type().IsRegular() && (mayMatter(name) || varFile(name)):
			select {
			case files <- name:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// linked is the file that a symbolic link leads to; nil for one that leads nowhere, out of the boundary, or to no file.
func (t *tree) linked(name string, e fs.DirEntry) fs.FileInfo {
	if e.Type()&fs.ModeSymlink == 0 {
		return nil
	}
	info, err := fs.Stat(t.fsys, name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return info
}

// withRules adds a directory's own .gitignore.
func (t *tree) withRules(rules ignoreRules, dir string) ignoreRules {
	text, err := source.ReadFile(t.fsys, path.Join(dir, ".gitignore"))
	if err != nil {
		return rules
	}
	var domain []string
	if rel := strings.TrimPrefix(strings.TrimPrefix(dir, rules.top), "/"); rel != "" && dir != "." {
		domain = strings.Split(rel, "/")
	}
	patterns := slices.Clone(rules.patterns)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			patterns = append(patterns, gitignore.ParsePattern(line, domain))
		}
	}
	return ignoreRules{top: rules.top, patterns: patterns}
}

// rulesAbove are the rules that hold for a path from the directories above it, within its repository.
func (t *tree) rulesAbove(o Options, name string) ignoreRules {
	if name == "." {
		return ignoreRules{top: "."}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rulesIn(o, path.Dir(name))
}

// rulesIn are the rules that hold for what is in a directory. They are read once.
func (t *tree) rulesIn(o Options, dir string) ignoreRules {
	rules, ok := t.rules[dir]
	if ok {
		return rules
	}
	if dir == "." || there(t.fsys, path.Join(dir, ".git")) {
		rules = ignoreRules{top: dir}
	} else {
		rules = t.rulesIn(o, path.Dir(dir))
	}
	if !o.NoGitignore {
		rules = t.withRules(rules, dir)
	}
	t.rules[dir] = rules
	return rules
}

func (t *tree) excluded(o Options, rules ignoreRules, name string, dir bool) bool {
	for _, glob := range o.Exclude {
		if ok, _ := doublestar.Match(glob, name); ok {
			return true
		}
	}
	return rules.ignored(name, dir)
}

// ignored reports whether git ignores a path.
func (r ignoreRules) ignored(name string, dir bool) bool {
	if len(r.patterns) == 0 {
		return false
	}
	rel := strings.TrimPrefix(name, r.top+"/")
	return gitignore.NewMatcher(r.patterns).Match(strings.Split(rel, "/"), dir)
}

// templateExtensions are those of files in a tree that may be CloudFormation templates.
var templateExtensions = map[string]bool{".yaml": true, ".yml": true, ".json": true, ".template": true, ".cfn": true, ".txt": true}

func mayMatter(name string) bool {
	return terraformFile(name) || templateExtensions[path.Ext(name)]
}

func terraformFile(name string) bool {
	base := strings.TrimSuffix(name, ".json")
	return strings.HasSuffix(base, ".tf") || strings.HasSuffix(base, ".tofu")
}

// skim notes what the bytes of one file tell. A file that somebody named may be a template whatever its extension.
func (t *tree) skim(name string, named bool) {
	src, err := source.ReadFile(t.fsys, name)
	if err != nil {
		t.unreadable(name, err)
		return
	}
	if terraformFile(name) {
		t.addModuleFile(name, terraform.Skim(name, src), t.changes.readBy(name, src), t.mentioned(src))
		t.addDeployed(path.Dir(name), src)
		return
	}
	advice := tfplan.Advice(src)
	if named && tfplan.IsLog(src) {
		advice = "this is the log of terraform plan -json and not the plan: save the plan with -out, and scan what `terraform show -json` says of it"
	}
	if advice != "" {
		t.diagnostics.Add(source.Diagnostic{Level: source.Error, Code: "plan-format", Message: advice, Location: source.Location{Path: name}})
		return
	}
	isPlan := (named || path.Ext(name) == ".json") && tfplan.Recognise(src)
	recognised := !isPlan && cloudformation.Recognise(name, src)
	if varFile(name) || !isPlan && !recognised && bytes.Contains(src, []byte("Parameter")) && cloudformation.RecogniseParameters(name, src) {
		t.addInput(name)
		if t.scenarios {
			return
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files++
	if isPlan {
		t.plans[name] = &plan{tfplan.Skim(src), t.mentioned(src)}
	} else if recognised || named {
		t.templates[name] = &template{cloudformation.Skim(name, src), t.changes.readBy(name, src), t.mentioned(src)}
	}
}

// addInput keeps a var or parameter file that no root loads by itself.
func (t *tree) addInput(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inputs = append(t.inputs, name)
}

func (t *tree) addModuleFile(name string, outline terraform.Outline, read reading, mentions bool) {
	dir := path.Dir(name)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files++
	m := t.modules[dir]
	if m == nil {
		m = &module{types: map[string]bool{}, data: map[string]bool{}}
		t.modules[dir] = m
	}
	for _, r := range outline.Resources {
		m.types[r] = true
	}
	for _, d := range outline.Data {
		m.data[d] = true
	}
	for _, s := range outline.Sources {
		if local := strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../"); !local {
			m.remote = append(m.remote, s)
		} else if dir := path.Join(dir, s); fs.ValidPath(dir) && !slices.Contains(m.calls, dir) {
			m.calls = append(m.calls, dir)
		}
	}
	m.mentions = m.mentions || mentions
	m.backend = m.backend || outline.Backend
	m.reading.join(read)
}

// templateBody matches the argument by which Terraform creates stacks from a template beside the module or the root, with its path.
var templateBody = regexp.MustCompile(`(?m)^\s*template_body\s*=\s*(?:template)?file\(\s*"(\$\{path\.module\}/|\$\{path\.root\}/)?([^"$]+)"`)

// addDeployed notes the templates that a file of a module creates stacks from.
func (t *tree) addDeployed(dir string, src []byte) {
	if !bytes.Contains(src, []byte("template_body")) { // the pattern alone takes as long as all else that a file is skimmed for
		return
	}
	for _, m := range templateBody.FindAllSubmatch(src, -1) {
		t.mu.Lock()
		t.deployments = append(t.deployments, deployment{path.Join(dir, string(m[2])), dir, string(m[1]) == "${path.module}/"})
		t.mu.Unlock()
	}
}

// deployment is a template that Terraform creates a stack from.
type deployment struct {
	template, dir string
	fromModule    bool // dir need not be a root for the path to be right
}

func (t *tree) unreadable(name string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	t.diagnostics.Add(source.Diagnostic{
		Level: source.Warning, Code: "unreadable", Message: fmt.Sprintf("cannot be read: %v", err), Location: source.Location{Path: name},
	})
}

// module is the module in a directory; one outside the tree that was walked is skimmed when it is asked for. Nil when there is none.
func (t *tree) module(dir string) *module {
	t.mu.Lock()
	m, ok := t.modules[dir]
	t.mu.Unlock()
	if ok {
		return m
	}
	entries, err := fs.ReadDir(t.fsys, dir)
	if err == nil {
		for _, e := range entries {
			if name := path.Join(dir, e.Name()); terraformFile(name) && (e.Type().IsRegular() || t.linked(name, e) != nil) {
				t.skim(name, false)
			}
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if m, ok = t.modules[dir]; !ok {
		t.modules[dir] = nil
	}
	return m
}

// directories are the module directories of the tree that somebody chooses, in order.
func (t *tree) directories(choose func(dir string, m *module) bool) []string {
	t.mu.Lock()
	var dirs []string
	for dir, m := range t.modules {
		if m != nil && choose(dir, m) {
			dirs = append(dirs, dir)
		}
	}
	t.mu.Unlock()
	slices.Sort(dirs)
	return dirs
}

// template is the template at a path; one outside the tree that was walked is skimmed when it is asked for. Nil when there is none.
func (t *tree) template(name string) *template {
	if o := t.templates[name]; o != nil {
		return o
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	o, ok := t.outside[name]
	if !ok {
		if src, err := source.ReadFile(t.fsys, name); err == nil && cloudformation.Recognise(name, src) {
			o = &template{cloudformation.Skim(name, src), t.changes.readBy(name, src), t.mentioned(src)}
		}
		t.outside[name] = o
	}
	return o
}
