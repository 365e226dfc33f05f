package provider

import (
	"strings"

	"github.com/iacscan/iacscan/aws/iam"
	"github.com/iacscan/iacscan/graph"
)

// serviceName is the full name of an endpoint service of AWS in a Region, or in one that unset stands for. A null service gives null.
func serviceName(region graph.Value, unset func() graph.Value, service graph.Value) graph.Value {
	if service.IsNull() {
		return service
	}
	if region.IsNull() || region.Kind() == graph.KindUnknown {
		region = unset()
	}
	return concat(graph.String("com.amazonaws."), region, graph.String("."), service).WithSpan(service.At())
}

// endpointService is data.aws_vpc_endpoint_service. The provider looks for com.amazonaws.<region>.<service>, for service_name, or for
// what filters say.
func endpointService(d dataSource) map[string]graph.Value {
	where := d.arguments.or("region", d.Region)
	unset := func() graph.Value { return d.Hole("region", iam.Region) }
	name := d.arguments.get("service_name")
	if name.IsNull() {
		name = serviceName(where, unset, d.arguments.get("service"))
	}
	if name.IsNull() {
		name = filtered(d.arguments.get("filter"), "service-name")
	}
	if name.IsNull() {
		return nil
	}
	return map[string]graph.Value{"service_name": name}
}

// filtered is the one value that a filter asks for, Null when there is no such filter or it asks for a pattern.
func filtered(filters graph.Value, name string) graph.Value {
	list, _ := elements(filters)
	for _, f := range list {
		if text, ok := field(f, "name", graph.Null()).Text(); !ok || text != name {
			continue
		}
		values, more := elements(field(f, "values", graph.Null()))
		if more || len(values) != 1 {
			continue
		}
		if parts, ok := values[0].Parts(); ok && !hasWildcard(parts) {
			return values[0]
		}
	}
	return graph.Null()
}

func hasWildcard(parts []graph.Part) bool {
	for _, p := range parts {
		if strings.ContainsAny(p.Literal, "*?") {
			return true
		}
	}
	return false
}
