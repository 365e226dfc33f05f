package provider

import (
	"strconv"

	"github.com/iacscan/iacscan/graph"
)

// Young-ook/sagemaker/aws: notebook instances and models in one subnet. Before 0.4.2 the module draws lots for one of several, and before
// 0.3.5 it creates the domain too that the module below creates now.
var _ = register(module{source: "young-ook/sagemaker/aws", create: func(f *fragment) {
	group := f.selfGroup("sagemaker", "vpc")
	role := f.sageMakerRole("ni", "sagemaker-admin", graph.Always())
	subnet := f.inputs.get("subnet")
	if given, more := elements(f.inputs.get("subnets")); subnet.IsNull() && (len(given) > 0 || more) {
		subnet = graph.Unknown("the module draws lots for one of its subnets")
		if len(given) == 1 && !more {
			subnet = given[0]
		}
	}
	if studio := f.inputs.get("studio"); !studio.IsNull() {
		f.studioDomain("studio[0]", studio, role, group)
	}
	f.addNamed("aws_sagemaker_notebook_instance", "ni", "notebook_instances", func(e graph.Value) attributes {
		groups := subnet.Map(func(v graph.Value) graph.Value {
			if v.IsNull() {
				return v
			}
			return graph.List(group.id())
		})
		return attributes{
			"role_arn":               role.get("arn"),
			"direct_internet_access": field(e, "direct_internet_access", graph.String("Enabled")),
			"instance_type":          field(e, "instance_type", graph.String("ml.t2.medium")),
			"subnet_id":              subnet,
			"security_groups":        groups,
		}
	})
	f.addNamed("aws_sagemaker_model", "model", "models", func(e graph.Value) attributes {
		a := attributes{
			"execution_role_arn":       role.get("arn"),
			"enable_network_isolation": field(e, "enable_network_isolation", graph.Bool(false)),
		}
		for _, block := range []string{"primary_container", "vpc_config"} {
			if v := field(e, block, graph.Null()); !v.IsNull() {
				a[block] = graph.List(v)
			}
		}
		return a
	})
	f.addNamed("aws_sagemaker_endpoint_configuration", "ep", "endpoints", func(e graph.Value) attributes {
		a := attributes{}
		if v := field(e, "production_variants", graph.Null()); !v.IsNull() {
			a["production_variants"] = graph.List(v)
		}
		return a
	})
	f.Outputs["security_group"] = group.get("")
}})

// Young-ook/sagemaker/aws//modules/sagemaker-studio: a domain with user profiles and apps.
var _ = register(module{source: "young-ook/sagemaker/aws", path: "modules/sagemaker-studio", create: func(f *fragment) {
	group := f.selfGroup("studio", "vpc")
	role := f.sageMakerRole("studio", "studio", graph.Always())
	studio := f.input("studio", graph.Map(graph.NewObject(nil)))
	domain := f.studioDomain("studio", studio, role, group)
	f.addNamedOf("aws_sagemaker_app", "app", field(studio, "app_configs", graph.Null()), func(e graph.Value) attributes {
		return attributes{"domain_id": domain.id(), "app_type": field(e, "type", graph.String("JupyterServer"))}
	})
	f.Outputs["studio"] = domain.get("")
	f.Outputs["role"] = object(attributes{"studio": role.get("")})
}})

// studioDomain adds a domain and its users.
func (f *fragment) studioDomain(name string, studio graph.Value, role, group *single) *single {
	settings := graph.List(object(attributes{"execution_role": role.get("arn"), "security_groups": graph.List(group.id())}))
	domain := f.add("aws_sagemaker_domain", name, graph.Always(), attributes{
		"domain_name":             f.input("name", f.call.Hole("name")),
		"auth_mode":               field(studio, "auth_mode", graph.String("IAM")),
		"app_network_access_type": field(studio, "app_network_access_type", graph.String("PublicInternetOnly")),
		"vpc_id":                  f.inputs.get("vpc"),
		"subnet_ids":              f.inputs.get("subnets"),
		"default_user_settings":   settings,
	})
	f.addNamedOf("aws_sagemaker_user_profile", "user", field(studio, "user_profiles", graph.Null()), func(e graph.Value) attributes {
		return attributes{"domain_id": domain.id(), "user_profile_name": field(e, "name", graph.Null()), "user_settings": settings}
	})
	return domain
}

// selfGroup adds a security group that lets its members reach each other and everything reach out.
func (f *fragment) selfGroup(name, vpc string) *single {
	all := func(a attributes) graph.Value {
		a["from_port"], a["to_port"], a["protocol"] = graph.Int(0), graph.Int(0), graph.String("-1")
		return graph.List(object(a))
	}
	return f.add("aws_security_group", name, graph.Always(), attributes{
		"vpc_id":  f.inputs.get(vpc),
		"ingress": all(attributes{"self": graph.Bool(true)}),
		"egress":  all(attributes{"cidr_blocks": graph.List(graph.String("0.0.0.0/0"))}),
	})
}

// sageMakerRole adds a role for SageMaker with AmazonSageMakerFullAccess.
func (f *fragment) sageMakerRole(name, attachment string, exists graph.Guard) *single {
	trust := object(attributes{
		"Version": graph.String("2012-10-17"),
		"Statement": graph.List(object(attributes{
			"Effect": graph.String("Allow"), "Action": graph.String("sts:AssumeRole"),
			"Principal": object(attributes{"Service": graph.String("sagemaker.amazonaws.com")}),
		})),
	})
	role := f.add("aws_iam_role", name, exists, attributes{"assume_role_policy": graph.JSON(trust)})
	if attachment != "" {
		f.add("aws_iam_role_policy_attachment", attachment, exists, attributes{
			"role": role.get("name"), "policy_arn": graph.String("arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"),
		})
	}
	return role
}

// addNamed adds a resource for each entry of an input that lists objects with a name.
func (f *fragment) addNamed(nativeType, name, input string, of func(e graph.Value) attributes) {
	f.addNamedOf(nativeType, name, f.inputs.get(input), of)
}

func (f *fragment) addNamedOf(nativeType, name string, list graph.Value, of func(e graph.Value) attributes) {
	for _, c := range list.Cases() {
		entries, more := elements(c.Value)
		for _, e := range entries {
			if key, ok := field(e, "name", graph.Null()).Text(); ok {
				f.add(nativeType, name+"["+strconv.Quote(key)+"]", c.When, of(e))
			} else {
				f.addMany(nativeType, name, c.When, of(e))
			}
		}
		if more {
			f.addMany(nativeType, name, c.When, of(graph.Unknown("the files do not list every entry")))
		}
	}
}
