package defsec

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	defsec "github.com/aquasecurity/defsec/pkg/terraform"
	"github.com/aquasecurity/defsec/pkg/types"
	"github.com/aquasecurity/trivy-iac/pkg/scanners/terraform/parser"
	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/provider"
	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/source"
)

// evaluated are the modules of a project as the host evaluates them, the root module first.
func evaluated(t *testing.T, dir string, variableFiles ...string) defsec.Modules {
	t.Helper()
	p := parser.New(os.DirFS(dir), "", parser.OptionWithTFVarsPaths(variableFiles...), parser.OptionWithDownloads(false))
	if err := p.ParseFS(context.Background(), "."); err != nil {
		t.Fatal(err)
	}
	modules, _, err := p.EvaluateAll(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return modules
}

// mistakes are how the host comes to values that Terraform does not have, and where.
var mistakes = map[string][]string{
	"it takes the length of a resource with count of the attributes of one instance": {
		"legacy-elastic-inference: aws_route_table_association.serving[2]",
		"legacy-elastic-inference: aws_route_table_association.serving[3]",
		"legacy-elastic-inference: aws_route_table_association.serving[4]",
		"legacy-elastic-inference: aws_route_table_association.serving[5]",
	},
	"it expands a dynamic block twice": {
		"studio-canvas: module.network.aws_security_group.studio.ingress[2]",
		"studio-canvas: module.network.aws_security_group.studio.ingress[3]",
	},
	"it takes the name of a bucket, which is not wholly known, for empty text": {
		"studio-canvas: module.network.data.aws_iam_policy_document.s3.statement[0].resources",
		"studio-canvas: module.studio.aws_sagemaker_domain.this.default_user_settings[0].canvas_app_settings[0]" +
			".workspace_settings[0].s3_artifact_path",
	},
}

// projects are the example projects and the variable files that the host loads.
var projects = map[string][]string{
	"hub-vpc": {"terraform.tfvars"}, "legacy-elastic-inference": nil, "public-sandbox": nil, "registry-modules": nil, "spoke-studio": nil,
	"studio-canvas": {"envs/prod.tfvars"},
}

// What the host knows of an attribute, the checks see too, its mistakes aside. The ids that it makes up are left out: to the checks they are
// references.
func TestChecksSeeTheValuesOfTheHost(t *testing.T) {
	c := comparison{differences: map[string]string{}}
	for project, variableFiles := range projects {
		modules := evaluated(t, path.Join("../../testdata/terraform", project), variableFiles...)
		h := hostOf(modules[0])
		files := source.NewSet(h.files)
		files.Add("host.tfvars", h.variables)
		seen := map[string]*graph.Resource{}
		for _, r := range terraform.Load(context.Background(), terraform.Options{
			Files: files, Provider: provider.New(), Dir: h.dir, VarFiles: []string{"host.tfvars"}, IgnoredFile: func(string) bool { return true },
		}).Graph().Resources {
			seen[r.Address] = r
		}
		c.ids = nil
		for _, b := range modules.GetBlocks() {
			c.ids = append(c.ids, b.ID())
		}
		for _, b := range modules.GetBlocks() {
			name := project + ": " + b.FullName()
			switch r := seen[b.FullName()]; {
			case b.Type() != "resource" && b.Type() != "data":
			case r == nil:
				c.differences[name] = "the checks do not see it"
			default:
				c.block(t, name, b, r.Attribute)
			}
		}
	}
	for mistake, names := range mistakes {
		for _, name := range names {
			if c.differences[name] == "" {
				t.Errorf("%s: the host does not make the mistake: %s", name, mistake)
			}
			delete(c.differences, name)
		}
	}
	for name, difference := range c.differences {
		t.Errorf("%s: the host (-) and the checks (+) differ:\n%s", name, difference)
	}
	if c.compared < 200 {
		t.Errorf("only %d values are compared", c.compared)
	}
}

// comparison is of what the host knows with what the checks see.
type comparison struct {
	ids         []string // that the host made up for blocks
	compared    int
	differences map[string]string // by the name of what differs
}

// block compares the attributes of a block and of the blocks in it.
func (c *comparison) block(t *testing.T, name string, b *defsec.Block, seen func(name string) graph.Value) {
	t.Helper()
	for _, a := range b.GetAttributes() {
		want, ok := known(a.Value(), c.ids)
		if !ok || slices.Contains([]string{"count", "for_each", "depends_on", "provider"}, a.Name()) {
			continue
		}
		c.compared++
		if diff := cmp.Diff(want, asJSON(t, seen(a.Name()))); diff != "" {
			c.differences[name+"."+a.Name()] = diff
		}
	}
	position := map[string]int{} // among the blocks of the same type
	for _, inner := range b.AllBlocks() {
		if inner.Type() == "dynamic" || inner.Type() == "lifecycle" {
			continue // the host has what a dynamic block makes as well
		}
		i := position[inner.Type()]
		position[inner.Type()]++
		name := fmt.Sprintf("%s.%s[%d]", name, inner.Type(), i)
		blocks, _ := seen(inner.Type()).Elements()
		if i >= len(blocks) {
			c.differences[name] = "the checks do not see it"
			continue
		}
		c.block(t, name, inner, func(field string) graph.Value { return aws.Field(blocks[i], field) })
	}
}

// known is a value in JSON, false when it is not wholly known or has an id in it.
func known(v cty.Value, ids []string) (decoded any, ok bool) {
	if v == cty.NilVal || !v.IsWhollyKnown() {
		return nil, false
	}
	text, err := ctyjson.SimpleJSONValue{Value: v}.MarshalJSON()
	if err != nil || slices.ContainsFunc(ids, func(id string) bool { return strings.Contains(string(text), id) }) {
		return nil, false
	}
	err = json.Unmarshal(text, &decoded)
	return decoded, err == nil
}

func asJSON(t *testing.T, v graph.Value) (decoded any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &decoded)
	}
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// Results have the metadata that the host itself gives to the attribute, the resource and the module calls.
func TestMetadataIsThatOfTheHost(t *testing.T) {
	compared := 0
	for project, variableFiles := range projects {
		modules := evaluated(t, path.Join("../../testdata/terraform", project), variableFiles...)
		byName := map[string]*defsec.Block{}
		for _, b := range modules.GetBlocks() {
			byName[b.FullName()] = b
		}
		for _, rule := range Rules() {
			for _, m := range modules {
				for _, b := range m.GetBlocks() {
					for _, result := range rule.CustomChecks.Terraform.Check(b, m) {
						compared += sameMetadata(t, project, byName, result.Metadata())
					}
				}
			}
		}
	}
	if compared < 100 {
		t.Errorf("the metadata of %d results only are compared", compared)
	}
}

// sameMetadata compares metadata with that of the block that it is about, or of the block's attribute. It returns 0 when the host has no
// such block, as for what a module of the registry creates.
func sameMetadata(t *testing.T, project string, byName map[string]*defsec.Block, m types.Metadata) int {
	t.Helper()
	attribute, of := "", m
	if p := m.Parent(); p != nil && strings.HasPrefix(m.Reference(), p.Reference()+".") {
		attribute, of = strings.TrimPrefix(m.Reference(), p.Reference()+"."), *p
	}
	name := of.Reference()
	for p := of.Parent(); p != nil; p = p.Parent() {
		name = p.Reference() + "." + name
	}
	block := byName[name]
	if block == nil {
		return 0
	}
	if diff := cmp.Diff(chain(block.GetMetadata()), chain(of)); diff != "" {
		t.Errorf("%s: %s: the host (-) and the result (+) differ:\n%s", project, name, diff)
	}
	if attribute == "" {
		return 1
	}
	// The attribute, or the nested block that it stands in where its value comes from elsewhere.
	at := nested(block, attribute)
	for at != nil && at.Parent().Reference() != block.GetMetadata().Reference() {
		at = at.Parent()
	}
	if got := m.Range(); at == nil || got.GetStartLine() < at.Range().GetStartLine() || got.GetEndLine() > at.Range().GetEndLine() {
		t.Errorf("%s: the host has no %s at %s", project, m.Reference(), got)
	}
	return 1
}

// nested is the metadata of an attribute or nested block by its path; nil when the host has none.
func nested(block *defsec.Block, name string) *types.Metadata {
	var m types.Metadata
	attribute, within := block.GetNestedAttribute(name)
	switch {
	case attribute != nil:
		m = attribute.GetMetadata()
	case within.GetBlock(name[strings.LastIndexByte(name, '.')+1:]) != nil:
		m = within.GetBlock(name[strings.LastIndexByte(name, '.')+1:]).GetMetadata()
	default:
		return nil
	}
	return &m
}

// chain lists what metadata and those around it say.
func chain(m types.Metadata) []string {
	var list []string
	for p := &m; p != nil; p = p.Parent() {
		list = append(list, fmt.Sprint(p.Reference(), " ", p.Range().String(), " ", p.Range().GetFSKey()))
	}
	return list
}
