package terraform

import "github.com/iacscan/iacscan/graph"

// Backend says where the state of the root module is kept: the type of the backend ("s3", "gcs", "remote"; "cloud" for a cloud block),
// and its arguments and blocks. The type is empty when nothing says one, and the state is a file beside the module.
func (r *Root) Backend() (kind string, config *graph.Object) {
	if r.module == nil {
		return "", graph.NewObject(nil)
	}
	b := r.module.dir.backend()
	if b == nil {
		return "", graph.NewObject(nil)
	}
	kind = b.Type
	if len(b.Labels) > 0 {
		kind = b.Labels[0]
	}
	config, _ = (&scope{module: r.module}).content(b.Body).Object()
	r.module.settle()
	return kind, config
}

// remoteState is the data source that reads outputs of another root.
const remoteState = "terraform_remote_state"

// remoteOutput is data.terraform_remote_state.x.outputs.name, and false when nobody knows the root whose state that is.
func (s *scope) remoteOutput(id *graph.Identity, name string) (graph.Value, bool) {
	r := id.Resource
	if s.RemoteState == nil || r == nil || !r.Data || r.NativeType != remoteState || id.Attribute != "outputs" {
		return graph.Value{}, false
	}
	return s.RemoteState(r, name)
}

// stackOutputs are the outputs of a CloudFormation stack, as far as its template is at hand.
func (i *instance) stackOutputs() (graph.Value, bool) {
	if i.of.Provider == nil || i.Data || i.NativeType != "aws_cloudformation_stack" {
		return graph.Value{}, false
	}
	i.Region = within(i.region(), i.Exists) // which the template may ask for before all others have theirs
	return i.of.Provider.Stack(&i.Resource)
}
