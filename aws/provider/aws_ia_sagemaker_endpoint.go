package provider

import "github.com/iacscan/iacscan/graph"

// aws-ia/sagemaker-endpoint/aws: a model, which has no input for a VPC, with its endpoint configuration.
var _ = register(module{source: "aws-ia/sagemaker-endpoint/aws", create: func(f *fragment) {
	given := f.inputs.get("sg_role_arn")
	created := isNull(given)
	role := f.sageMakerRole("sg_endpoint_role[0]", "sg_policy_attachment[0]", created)
	one, several := containersOf(f.inputs.get("containers"))
	model := f.add("aws_sagemaker_model", "sagemaker_model", graph.Always(), attributes{
		"execution_role_arn":       either(created, role.get("arn"), graph.Invalid("the module has no role where it is given one")),
		"enable_network_isolation": f.input("enable_network_isolation", graph.Bool(false)),
		"primary_container":        one,
		"container":                several,
	})
	variant := f.input("production_variant", object(attributes{
		"initial_instance_count": graph.Int(1), "instance_type": graph.String("ml.t2.medium"),
	}))
	settings := attributes{"model_name": model.get("name")}
	for _, name := range []string{"accelerator_type", "initial_instance_count", "instance_type", "variant_name"} {
		settings[name] = field(variant, name, graph.Null())
	}
	f.add("aws_sagemaker_endpoint_configuration", "sagemaker_endpoint_config", graph.Always(), attributes{
		"production_variants": graph.List(object(settings)),
	})
	f.Outputs["sagemaker_role_arn"] = either(created, role.get("arn"), given)
}})

// containersOf are the blocks that a list of containers becomes: a primary container for one, a pipeline for several.
func containersOf(list graph.Value) (one, several graph.Value) {
	of := func(blocks func(n int) bool) graph.Value {
		return list.Map(func(v graph.Value) graph.Value {
			all, more := elements(v)
			switch {
			case more:
				return graph.Unknown("how many containers the model has is not decided")
			case blocks(len(all)):
				return graph.List(all...)
			}
			return graph.Null()
		})
	}
	return of(func(n int) bool { return n == 1 }), of(func(n int) bool { return n > 1 })
}
