package aws

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed endpoint_services.txt
var endpointServices string

// The sections of the list of services.
const (
	sectionPlain     = "com.amazonaws"
	sectionElsewhere = "com.amazonaws elsewhere"
	sectionGlobal    = "com.amazonaws without Region"
	sectionSageMaker = "aws.sagemaker"
	sectionAPI       = "aws.api"
)

// listedServices are the services by section.
var listedServices = func() map[string][]string {
	sections := map[string][]string{}
	section := ""
	for line := range strings.Lines(endpointServices) {
		switch line = strings.TrimSpace(line); {
		case line == "", strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		default:
			sections[section] = append(sections[section], line)
		}
	}
	return sections
}()

func listed(section, service string) bool { return slices.Contains(listedServices[section], service) }

// IsGlobal reports whether the service is one whose name has no Region.
func (s EndpointService) IsGlobal() bool { return listed(sectionGlobal, s.Name) }

// Listed reports whether AWS lists the service.
func (s EndpointService) Listed() bool {
	if s.SageMaker {
		return listed(sectionSageMaker, s.Plain())
	}
	for _, section := range []string{sectionPlain, sectionElsewhere, sectionGlobal, sectionAPI} {
		if listed(section, s.Name) || listed(section, s.Plain()) {
			return true
		}
	}
	return false
}

// listedEnd reports whether the end of a name is all of the name of a service that AWS lists, and whether it is a part of one's:
// "accesspoint" is of s3-global.accesspoint.
func listedEnd(end string) (all, part bool) {
	for _, services := range listedServices {
		for _, s := range services {
			all = all || s == strings.TrimSuffix(end, "-fips")
			part = part || strings.HasSuffix(s, "."+end)
		}
	}
	return all, part
}

// OfSageMakerPrefix reports whether AWS lists a service under aws.sagemaker.
func OfSageMakerPrefix(service string) bool { return listed(sectionSageMaker, service) }

// OfPlainPrefix reports whether AWS lists a service under com.amazonaws.
func OfPlainPrefix(service string) bool {
	return listed(sectionPlain, service) || listed(sectionElsewhere, service)
}

// mistaken are names that people write for services, and what they are called.
var mistaken = map[string]string{
	"ecr": "ecr.api and ecr.dkr", "ecr.dk": "ecr.dkr", "cloudwatch": "monitoring", "cloudwatch-logs": "logs", "sagemaker": "sagemaker.api",
	"sagemaker-api": "sagemaker.api", "sagemaker-runtime": "sagemaker.runtime", "redshift_data": "redshift-data",
	"bedrock.runtime": "bedrock-runtime", "secrets-manager": "secretsmanager", "s3-gateway": "s3", "kinesis": "kinesis-streams",
	"firehose": "kinesis-firehose", "efs": "elasticfilesystem", "sagemaker.notebook": "aws.sagemaker.<region>.notebook",
	"sagemaker.studio": "aws.sagemaker.<region>.studio",
}

// Mistaken is what the service that a name seems to mean is called; empty when the name is none of the well-known mistakes.
func (s EndpointService) Mistaken() string { return mistaken[s.Plain()] }

// Nearest is the listed service whose name differs least from s, empty when none differs by two letters at most.
func (s EndpointService) Nearest() string {
	nearest, least := "", 3
	for _, name := range listedServices[sectionPlain] {
		if d := distance(s.Plain(), name, least); d < least && d < len(name) {
			nearest, least = name, d
		}
	}
	return nearest
}

// distance is the number of letters to change, add or leave out to make b of a (Levenshtein), or limit when it is at least that.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	var short [40]int // long enough for the names of services
	row := append(short[:0], make([]int, len(b)+1)...)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		least := row[0]
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
			least = min(least, row[j+1])
		}
		if least >= limit {
			return limit
		}
	}
	return min(row[len(b)], limit)
}
