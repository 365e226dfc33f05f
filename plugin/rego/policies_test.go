package rego

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/iacscan/iacscan/scan"
)

const page = "../../docs/custom-policies.md"

// fence is a block of code in the page, below a heading of the second level.
type fence struct{ heading, language, text string }

var fencePattern = regexp.MustCompile("(?ms)^(?:## ([^\n]*)|```(\\w+)\n(.*?)\n```)$")

func fences(t *testing.T) []fence {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all []fence
	heading := ""
	for _, m := range fencePattern.FindAllStringSubmatch(string(text), -1) {
		if m[1] != "" {
			heading = m[1]
			continue
		}
		all = append(all, fence{heading, m[2], m[3] + "\n"})
	}
	return all
}

// fileName is the path that a policy begins with, in a comment.
func fileName(policy string) string {
	first, _, _ := strings.Cut(policy, "\n")
	return strings.TrimPrefix(first, "# ")
}

// judge runs policies on the graph of some files as conftest does, and lists what package main denies and warns of.
func judge(t *testing.T, files fs.FS, policies ...fence) []string {
	t.Helper()
	graph, err := scan.Graph(context.Background(), scan.Options{FS: files}, nil)
	if err != nil || len(graph.Diagnostics) > 0 {
		t.Fatal(graph, err)
	}
	text, err := json.Marshal(graph)
	if err != nil {
		t.Fatal(err)
	}
	var input any
	if err := json.Unmarshal(text, &input); err != nil {
		t.Fatal(err)
	}
	options := []func(*rego.Rego){rego.Query("data.main"), rego.Input(input), rego.StrictBuiltinErrors(true), rego.Strict(true)}
	for _, p := range policies {
		options = append(options, rego.Module(fileName(p.text), p.text))
	}
	results, err := rego.New(options...).Eval(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, rule := range []string{"deny", "warn"} {
		for _, result := range results {
			messages, _ := result.Expressions[0].Value.(map[string]any)[rule].([]any)
			for _, m := range messages {
				said = append(said, fmt.Sprintln(rule, m))
			}
		}
	}
	slices.Sort(said)
	return said
}

// Each policy of the page says of the examples below it what the page says that it does.
func TestPolicies(t *testing.T) {
	names := map[string]string{"hcl": "main.tf", "yaml": "template.yaml"}
	var library, policy fence
	var example *fence
	tested := map[string]int{} // policy → examples
	for _, f := range fences(t) {
		switch {
		case f.language == "rego" && strings.Contains(f.text, "\npackage iacscan\n"):
			library = f
		case f.language == "rego":
			policy = f
		case names[f.language] != "":
			example = &f
		case f.language == "text":
			t.Run(fileName(policy.text)+" "+example.language, func(t *testing.T) {
				files := fstest.MapFS{names[example.language]: {Data: []byte(example.text)}}
				if diff := cmp.Diff(strings.SplitAfter(f.text, "\n"), append(judge(t, files, library, policy), "")); diff != "" {
					t.Errorf("the page (-) and the policy (+) differ:\n%s", diff)
				}
			})
			tested[policy.heading]++
		}
	}
	if len(tested) != 3 {
		t.Errorf("%d policies were tested", len(tested))
	}
	for heading, n := range tested {
		if n != len(names) {
			t.Errorf("%d examples of %q were tested, want one in each language", n, heading)
		}
	}
}

// The policies work together, on all that the example projects have.
func TestPoliciesOnProjects(t *testing.T) {
	var policies []fence
	for _, f := range fences(t) {
		if f.language == "rego" {
			policies = append(policies, f)
		}
	}
	said := judge(t, os.DirFS("../../testdata"), policies...)
	for _, want := range []string{
		"deny terraform/public-sandbox/main.tf:61: aws_sagemaker_domain.sandbox has no key of ours\n",
		"deny terraform/public-sandbox/main.tf:61: aws_sagemaker_domain.sandbox is in aws_subnet.sandbox[\"a\"], " +
			"whose range 172.20.0.0/20 is not in 10.0.0.0/8\n",
		"deny cloudformation/studio-nested/templates/network.yaml:211: Network/GlueEndpoint is an endpoint for .glue, which is not approved\n",
		"warn terraform/spoke-studio/main.tf:62: the subnets of aws_sagemaker_domain.this are not in these files\n",
	} {
		if !slices.Contains(said, want) {
			t.Errorf("the policies do not say %s", want)
		}
	}
	if t.Failed() {
		t.Log(said)
	}
}
