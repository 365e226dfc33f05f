package provider

import "github.com/iacscan/iacscan/graph"

// data-platform-hq/sagemaker-domain/aws: a domain.
var _ = register(module{source: "data-platform-hq/sagemaker-domain/aws", create: func(f *fragment) {
	a := f.pass(attributes{
		"app_network_access_type": f.input("app_network_access_type", graph.String("PublicInternetOnly")),
		"default_user_settings":   f.userSettings(f.inputs.get("default_user_settings")),
	}, "domain_name", "auth_mode", "vpc_id", "subnet_ids", "app_security_group_management", "kms_key_id", "tags")
	if settings := f.inputs.get("domain_settings"); !settings.IsNull() {
		a["domain_settings"] = graph.List(settings)
	}
	domain := f.add("aws_sagemaker_domain", "this[0]", f.on("create", true), a)
	for _, name := range []string{"id", "arn", "url", "home_efs_file_system_id", "security_group_id_for_domain_boundary"} {
		f.Outputs[name] = domain.get(name)
	}
}})

// userSettings is the block of settings that an object stands for, whose settings for Canvas say enabled where the block has a status.
func (f *fragment) userSettings(settings graph.Value) graph.Value {
	return settings.Map(func(v graph.Value) graph.Value {
		if v.Kind() != graph.KindMap {
			return v
		}
		block := attributes{
			"execution_role":  field(v, "execution_role", graph.Null()),
			"security_groups": field(v, "security_groups", graph.Null()),
		}
		canvas := field(v, "canvas_app_settings", graph.Null())
		if canvas.IsNull() {
			return graph.List(object(block))
		}
		inner := attributes{}
		for _, name := range []string{"model_register_settings", "time_series_forecasting_settings"} {
			s := field(canvas, name, graph.Null())
			if s.IsNull() {
				continue
			}
			enabled := f.is(name, field(s, "enabled", graph.Bool(false)), "true")
			inner[name] = graph.List(object(attributes{
				"status":                   either(enabled, graph.String("ENABLED"), graph.String("DISABLED")),
				"amazon_forecast_role_arn": field(s, "amazon_forecast_role_arn", graph.Null()),
			}))
		}
		block["canvas_app_settings"] = graph.List(object(inner))
		return graph.List(object(block))
	})
}
