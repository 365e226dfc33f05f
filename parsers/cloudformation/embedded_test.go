package cloudformation

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// The body of an aws_cloudformation_stack is a here document with holes, or a value that Terraform encodes.
func TestEmbedded(t *testing.T) {
	const heredoc = `resource "aws_cloudformation_stack" "net" {
  template_body = <<-EOF
    Parameters: {Cidr: {Type: String}, Open: {Type: String}}
    Resources:
      Vpc${var.env}:
        Type: AWS::EC2::VPC
        Properties:
          CidrBlock: !Ref Cidr
          Name: !Sub "${var.env}-$${AWS::Region}"
          Open: !Ref Open
    Outputs: {Id: {Value: ${aws_vpc.other.id}}}
    EOF
}
`
	files := source.NewSet(fstest.MapFS{"main.tf": {Data: []byte(heredoc)}})
	file, err := files.Load("main.tf")
	if err != nil {
		t.Fatal(err)
	}
	env := &graph.Identity{Root: ".", Name: "var.env"}
	other := &graph.Resource{Address: "aws_vpc.other", Root: "."}
	body := placed(file, heredoc, []graph.Part{
		{Literal: "Parameters: {Cidr: {Type: String}, Open: {Type: String}}\nResources:\n  Vpc"},
		{Hole: env},
		{Literal: ":\n    Type: AWS::EC2::VPC\n    Properties:\n      CidrBlock: !Ref Cidr\n      Name: !Sub \""},
		{Hole: env},
		{Literal: "-${AWS::Region}\"\n      Open: !Ref Open\nOutputs: {Id: {Value: "},
		{Hole: other.Identity("id")},
		{Literal: "}}\n"},
	})
	at := strings.Index(heredoc, "aws_cloud") - len("resource '")
	parent := &graph.Resource{
		Address: "aws_cloudformation_stack.net", Root: ".", Header: file.Span(at, at+43),
		Exists: graph.When(env, "prod"),
	}
	s := Load(t.Context(), Options{
		Files: files, Path: "main.tf", Body: body, Parent: parent,
		Parameters: map[string]graph.Value{"Cidr": graph.String("10.0.0.0/16")},
	})
	resources := s.Graph().Resources
	if len(resources) != 1 {
		t.Fatalf("%d resources", len(resources))
	}
	r := resources[0]
	got := []string{
		r.Address, r.Root, r.Exists.String(), files.Location(r.Header).String(), r.Calls[0].Address,
		r.Attribute("CidrBlock").String(), r.Attribute("Name").String(), files.Location(r.Attribute("Name").At()).String(),
		r.Attribute("Open").String(), s.Output("Id").String(),
	}
	want := []string{
		"aws_cloudformation_stack.net/Vpc${var.env}", ".", `var.env == "prod"`, "main.tf:5:7", "aws_cloudformation_stack.net",
		`"10.0.0.0/16"`, `"${var.env}-${AWS::Region}"`, "main.tf:9:22", "${aws_cloudformation_stack.net/Open}", "${aws_vpc.other.id}",
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %s, want %s", got[i], want[i])
		}
	}
}

// placed is text whose lines stand in a file with four spaces before each; holes and `$${` are as wide as the file has them.
func placed(file *source.File, src string, parts []graph.Part) graph.Value {
	at := strings.Index(src, "Parameters:")
	var runs []graph.Run
	offset := 0
	add := func(length, width int) {
		runs = append(runs, graph.Run{Offset: offset, Length: length, At: file.Span(at, at+width)})
		offset, at = offset+length, at+width
	}
	for _, p := range parts {
		if p.Hole != nil {
			add(1, len("${"+p.Hole.Name+"}"))
			continue
		}
		for i, line := range strings.SplitAfter(p.Literal, "\n") {
			if i > 0 {
				at += 4
			}
			before, after, escaped := strings.Cut(line, "${")
			add(len(before), len(before))
			if escaped {
				add(2, 3)
				add(len(after), len(after))
			}
		}
	}
	return graph.Placed(graph.Template(parts...), runs)
}

func TestEmbeddedValue(t *testing.T) {
	object := func(kv map[string]graph.Value) graph.Value { return graph.Map(graph.NewObject(kv)) }
	id := &graph.Identity{Root: ".", Name: "var.cidr"}
	body := graph.JSON(object(map[string]graph.Value{"Resources": object(map[string]graph.Value{
		"Vpc": object(map[string]graph.Value{
			"Type": graph.String("AWS::EC2::VPC"),
			"Properties": object(map[string]graph.Value{
				"CidrBlock": graph.Hole(id), "EnableDnsSupport": graph.Bool(true),
				"Tags": graph.List(object(map[string]graph.Value{"Fn::Sub": graph.Template(graph.Part{Hole: id}, graph.Part{Literal: "/${AWS::Region}"})})),
			}),
		}),
	})}))
	s := Load(t.Context(), Options{Files: source.NewSet(fstest.MapFS{}), Path: "main.tf", Body: body})
	r := s.resource("Vpc")
	if r == nil {
		t.Fatal("no resource")
	}
	for name, want := range map[string]string{"CidrBlock": "${var.cidr}", "EnableDnsSupport": "true", "Tags": `["${var.cidr}/${AWS::Region}"]`} {
		if got := r.Attribute(name).String(); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
}
