package aws

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// regionalHost matches a host name of a Regional service, the Region of which may be a hole (\x00): "dynamodb.eu-west-1.amazonaws.com".
var regionalHost = regexp.MustCompile(`([a-z0-9.-]+)\.(?:[a-z]{2}(?:-[a-z]+)+-[0-9]|\x00)\.amazonaws\.com`)

// hostedServices are the services whose host names do not begin with the name of their endpoint service.
var hostedServices = map[string]string{
	"api.sagemaker": "sagemaker.api", "runtime.sagemaker": "sagemaker.runtime", "api.ecr": "ecr.api", "kinesis": "kinesis-streams",
	"firehose": "kinesis-firehose", "email": "email-smtp", "elasticfilesystem": "elasticfilesystem",
}

// ServicesOf are the services that have an endpoint service and whose host names a value holds, sorted. An environment variable that
// names a host is all that the files tell of what a container calls.
func ServicesOf(v graph.Value) []string {
	var services []string
	v.Walk(func(v graph.Value) bool {
		parts, ok := v.Parts()
		if !ok {
			return true
		}
		var text strings.Builder
		for _, p := range parts {
			text.WriteString(cmp.Or(p.Literal, "\x00"))
		}
		for _, m := range regionalHost.FindAllStringSubmatch(text.String(), -1) {
			if s := serviceOfHost(m[1]); s != "" && !slices.Contains(services, s) {
				services = append(services, s)
			}
		}
		return true
	})
	slices.Sort(services)
	return services
}

// serviceOfHost is the endpoint service of what stands before the Region in a host name; empty when none is known.
func serviceOfHost(host string) string {
	labels := strings.Split(host, ".")
	for i := range labels { // bucket.s3, 111122223333.dkr.ecr
		end := strings.Join(labels[i:], ".")
		switch {
		case hostedServices[end] != "":
			return hostedServices[end]
		case end == "dkr.ecr":
			return "ecr.dkr"
		case listed(sectionPlain, end):
			return end
		}
	}
	return ""
}
