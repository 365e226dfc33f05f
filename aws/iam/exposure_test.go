package iam

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/iacscan/iacscan/graph"
)

// verdicts say how a check grades an exposure.
var verdicts = map[Grade]string{
	Undecided:    "UNKNOWN",
	Closed:       "PASS",
	OpenToOwners: "FAIL LOW",
	Configurable: "FAIL LOW",
	Readable:     "FAIL LOW",
	Writable:     "FAIL MEDIUM",
	Unrestricted: "FAIL HIGH",
}

// policyCase is one of the policies in testdata, with what a check must say of it.
type policyCase struct {
	ID     string          `json:"id"`
	Policy json.RawMessage `json:"policy"`
	Expect string          `json:"expect"`
}

func policyCases(t *testing.T) []policyCase {
	t.Helper()
	data, err := os.ReadFile("testdata/s3_endpoint_policies.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []policyCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// value reads JSON in which "<unknown>" stands for something undecided.
func value(t *testing.T, text string, undecided graph.Value) graph.Value {
	t.Helper()
	v, err := graph.ParseJSON(graph.String(text))
	if err != nil {
		t.Fatal(err)
	}
	return replace(v, undecided)
}

func replace(v, undecided graph.Value) graph.Value {
	if text, ok := v.Text(); ok && text == "<unknown>" {
		return undecided
	}
	if list, ok := v.Elements(); ok {
		out := make([]graph.Value, len(list))
		for i, e := range list {
			out[i] = replace(e, undecided)
		}
		return graph.List(out...)
	}
	if o, ok := v.Object(); ok {
		out := map[string]graph.Value{}
		for i, k := range o.Keys() {
			out[k] = replace(o.Values()[i], undecided)
		}
		return graph.Map(graph.NewObject(out))
	}
	return v
}

func hole(name string) graph.Value {
	return graph.Hole(&graph.Identity{Name: name, Hint: "pass --var " + name})
}

func TestS3EndpointExposure(t *testing.T) {
	for _, c := range policyCases(t) {
		for form, policy := range map[string]graph.Value{
			"object":           value(t, string(c.Policy), graph.Unknown("nobody knows")),
			"object with hole": value(t, string(c.Policy), hole("var.x")),
			"text":             graph.JSON(value(t, string(c.Policy), hole("var.x"))),
			"unknown text":     graph.JSON(value(t, string(c.Policy), graph.Unknown("nobody knows"))),
		} {
			if string(c.Policy) == "null" {
				policy = graph.Null()
			}
			t.Run(c.ID+" as "+form, func(t *testing.T) {
				x := S3EndpointExposure(policy)
				if got := verdicts[x.Grade]; got != c.Expect {
					t.Errorf("%s, want %s; %s; grounds %+v", got, c.Expect, x.Reason, x.Grounds)
				}
				if (x.Grade == Undecided) != (x.Reason != "") {
					t.Errorf("grade %v with reason %q", x.Grade, x.Reason)
				}
			})
		}
	}
}
