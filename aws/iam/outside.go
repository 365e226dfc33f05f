package iam

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// FromInternet is what a request that an identity of the account makes over the internet holds for condition keys: it comes through no
// VPC, and from an address that no policy names but by a wide range. What identifies the requester, and what they can choose, is as the
// policy asks for it.
func FromInternet(key string) Operand {
	switch key {
	case "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
		"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:calledvia", "aws:calledviafirst",
		"aws:calledvialast", "aws:principalservicename", "aws:principalservicenameslist":
		return Absent()
	case "aws:sourceip":
		return Given(graph.String("198.18.0.77")) // of the block that RFC 2544 reserves for benchmarks
	case "aws:securetransport":
		return Given(graph.String("true"))
	case "aws:principalisawsservice", "aws:viaawsservice":
		return Given(graph.String("false"))
	case "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "aws:principalaccount", "aws:principalorgid",
		"aws:principalorgpaths", "aws:principalarn", "aws:principaltype", "aws:userid", "aws:requestedregion", "aws:currenttime",
		"aws:epochtime":
		return Chosen(Choice{Always: true})
	}
	if strings.HasPrefix(key, "aws:") || strings.HasPrefix(key, "sagemaker:") {
		return Chosen(Choice{})
	}
	return Operand{}
}

// ReadsOverInternet decides whether the policies of a bucket let an identity of its account, which may do everything as far as its own
// policies go and which no policy names, read an object of the bucket over the internet.
func ReadsOverInternet(bucket graph.Value, policies ...*Document) Decision {
	account := ownParty.account
	request := Request{
		Principal: &Principal{Type: "AWS", ID: ownParty.arn("iam", "role/"), Account: account},
		Action:    "s3:GetObject",
		Resource:  joined(bucket, graph.String("/"), Stranger("object")),
		Context: func(key string) Operand {
			switch {
			case key == "aws:principalarn":
				return Given(ownParty.arn("iam", "role/"))
			case key == "aws:userid":
				return Given(joined(graph.String("AROA"), Stranger("user id")))
			case key == "aws:username", strings.HasPrefix(key, "aws:principaltag/"):
				return Absent()
			case strings.HasPrefix(key, "s3:"):
				return Chosen(Choice{})
			}
			return FromInternet(key)
		},
	}
	return Decide(request, append(policies[:len(policies):len(policies)], FullAccess())...)
}
