package provider

import (
	"strconv"

	"github.com/iacscan/iacscan/graph"
)

// komminarlabs/sagemaker-studio/aws, which thulasirajkomminar has published too: a domain with user profiles, VpcOnly by default.
var _, _ = register(module{source: "komminarlabs/sagemaker-studio/aws", create: komminarStudio}),
	register(module{source: "thulasirajkomminar/sagemaker-studio/aws", create: komminarStudio})

func komminarStudio(f *fragment) {
	given := f.inputs.get("role_arn")
	created := isNull(given)
	role := f.sageMakerRole("default[0]", "default[0]", created)
	arn := either(created, role.get("arn"), given)
	settings := graph.List(object(f.pass(attributes{"execution_role": arn}, "security_groups")))
	mode := f.input("auth_mode", graph.String("IAM"))
	domain := f.add("aws_sagemaker_domain", "default", graph.Always(), f.pass(attributes{
		"domain_name":             f.inputs.get("name"),
		"app_network_access_type": f.input("app_network_access_type", graph.String("VpcOnly")),
		"auth_mode":               mode,
		"default_user_settings":   settings,
	}, "vpc_id", "subnet_ids", "kms_key_id", "tags"))
	byIAM := f.is("auth_mode", mode, "IAM")
	users, more := elements(f.inputs.get("user_profiles"))
	for _, user := range users {
		profile := attributes{"domain_id": domain.id(), "user_profile_name": user, "user_settings": settings}
		if name, ok := user.Text(); ok {
			f.add("aws_sagemaker_user_profile", "default["+strconv.Quote(name)+"]", byIAM, profile)
		} else {
			more = true
		}
	}
	if more {
		f.addMany("aws_sagemaker_user_profile", "default", byIAM, attributes{"domain_id": domain.id(), "user_settings": settings})
	}
	f.Outputs["domain"] = domain.get("")
}
