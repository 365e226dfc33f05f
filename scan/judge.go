package scan

import (
	"context"
	"path"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/aws/provider"
	"github.com/iacscan/iacscan/checks"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/parsers/terraform"
	"github.com/iacscan/iacscan/source"
)

// Judgement is the answer of one check for one resource instance, before instances of one declaration are merged: what a plugin gives to
// a host that merges and prints by itself.
type Judgement struct {
	// Finding has no fingerprint, which depends on the findings beside it.
	finding.Finding
	// Attribute is the native name of the attribute that decided, with dots for nested blocks: "default_user_settings.security_groups".
	// AttributeAt is where it is written, or the nested block around it. Both are zero for what is not written, or in another resource.
	Attribute   string
	AttributeAt source.Location
	// Calls are the module calls and stacks that lead to the resource, outermost first.
	Calls []ModuleCall
}

// ModuleCall is a module call on the way to a resource, or the resource that creates the stack which it is in.
type ModuleCall struct {
	// Address has those around it: "module.a.module.b[0]", "aws_cloudformation_stack.network/Endpoints".
	Address string
	// At is the whole call.
	At source.Location
}

// JudgeRoot evaluates the Terraform root module in a directory of o.FS and gives every judgement, of any verdict, to use. It is for
// plugins, whose host has chosen the root and bound its variables: tfvars holds those in the syntax of a variable file, and no variable
// file beside the module is read. Of the options, those that choose paths, roots and input do not matter. Problems with the input are
// diagnostics, and what is not evaluated when the context ends is unknown; an error is a wrong option.
func JudgeRoot(ctx context.Context, o Options, dir string, tfvars []byte, use func(Judgement)) ([]source.Diagnostic, error) {
	e, err := newEvaluator(o)
	if err != nil {
		return nil, err
	}
	chosen, err := e.options.selectChecks()
	if err != nil {
		return nil, err
	}
	in := interestIn(chosen)
	l := newLinker(ctx, e, in)
	files := l.files
	bound := files.Add(path.Join(dir, hostVariables), tfvars)
	g := terraform.Load(ctx, terraform.Options{
		Files: files, Diagnostics: e.diagnostics, Provider: &provider.Provider{StackOutputs: l.stackOutputs}, Dir: dir, Want: in.listed,
		VarFiles: []string{bound.Path}, IgnoredFile: func(string) bool { return true },
	}).Graph()
	aws.Unwrap(g)
	l.addStacks(g)
	e.judgeEach(g, chosen, newLedger(e.options, chosen, e.diagnostics), func(j checks.Judgement, f finding.Finding) {
		judged := Judgement{Finding: f}
		if j.Decided.Written && j.Resource.Block.Contains(j.Decided.Place) {
			judged.Attribute, judged.AttributeAt = j.Decided.Name, files.Location(j.Decided.Place)
		}
		for _, call := range j.Resource.Calls {
			judged.Calls = append(judged.Calls, ModuleCall{Address: call.Address, At: files.Location(call.Block)})
		}
		use(judged)
	})
	return e.diagnostics.All(), nil
}

// hostVariables stands for a file in places: that of the variables that a host has bound.
const hostVariables = "<host>.tfvars"
