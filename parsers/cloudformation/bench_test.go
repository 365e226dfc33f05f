package cloudformation

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"github.com/iacscan/iacscan/source"
)

// large is a template of 500 VPC endpoints with policies, about 1 MB.
func large() []byte {
	var b strings.Builder
	b.WriteString("Parameters:\n  Bucket: {Type: String}\nResources:\n  Vpc: {Type: AWS::EC2::VPC}\n")
	for i := range 499 {
		fmt.Fprintf(&b, "  Endpoint%d:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      VpcId:\n        Ref: Vpc\n", i)
		b.WriteString("      ServiceName:\n        Fn::Sub: com.amazonaws.${AWS::Region}.s3\n      PolicyDocument:\n        Statement:\n")
		for range 8 {
			b.WriteString("          - Effect: Allow\n            Principal: '*'\n            Action:\n              - s3:GetObject\n              - s3:PutObject\n")
			b.WriteString("            Resource:\n              Fn::Sub: \"arn:${AWS::Partition}:s3:::${Bucket}/*\"\n")
		}
	}
	return []byte(b.String())
}

func BenchmarkLoad(b *testing.B) {
	inYAML := large()
	var document any
	if err := yaml.Unmarshal(inYAML, &document); err != nil {
		b.Fatal(err)
	}
	inJSON, err := json.MarshalIndent(document, "", " ")
	if err != nil {
		b.Fatal(err)
	}
	for name, src := range map[string][]byte{"t.yaml": inYAML, "t.json": inJSON} {
		files := fstest.MapFS{name: {Data: src}}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				s := Load(b.Context(), Options{Files: source.NewSet(files), Path: name})
				resources := s.Graph().Resources
				if len(resources) != 500 {
					b.Fatalf("%d resources", len(resources))
				}
				for _, r := range resources {
					for _, property := range r.Names() {
						r.Attribute(property)
					}
				}
			}
		})
	}
}

func BenchmarkSkim(b *testing.B) {
	src := large()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if !Recognise("t.yaml", src) || len(Skim("t.yaml", src).Types) != 2 {
			b.Fatal("not recognised")
		}
	}
}
