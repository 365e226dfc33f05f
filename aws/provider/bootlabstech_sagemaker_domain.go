package provider

import "github.com/iacscan/iacscan/graph"

// bootlabstech-m/sagemaker-domain/aws: a domain with Canvas and forecasting. It has no input for the network access, so that apps reach
// the internet.
var _ = register(module{source: "bootlabstech-m/sagemaker-domain/aws", create: func(f *fragment) {
	role := f.sageMakerRole("iam_role", "", graph.Always())
	status := graph.List(object(attributes{"status": graph.String("ENABLED")}))
	common := attributes{"execution_role": role.get("arn"), "security_groups": f.inputs.get("security_group_ids")}
	user := attributes{"canvas_app_settings": graph.List(object(attributes{
		"time_series_forecasting_settings": status, "model_register_settings": status,
	}))}
	for name, v := range common {
		user[name] = v
	}
	f.add("aws_sagemaker_domain", "example", graph.Always(), f.pass(attributes{
		"default_user_settings": graph.List(object(user)), "default_space_settings": graph.List(object(common)),
	}, "domain_name", "auth_mode", "vpc_id", "subnet_ids", "kms_key_id"))
}})
