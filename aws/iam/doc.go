// Package iam reads IAM policy documents out of graph values and answers, as far as the files decide it, whether they allow a request.
//
// [Parse] reads a document in any of the forms that the languages have for it; what is wrong with it is kept as [Problem] values, so
// that a malformed document is still judged by what it plainly means. [Decide] is the evaluator: it knows the logic of IAM (explicit
// deny wins, wildcards, policy variables, condition operators) and nothing of the question. What a request holds for a condition key is
// given, absent, open to the requester, or undecided. [S3EndpointExposure] asks it the questions that tell what an S3 endpoint's policy
// lets whom do.
//
// The rules are those of the "IAM JSON policy elements reference" and of "Control access to VPC endpoints using endpoint policies" in
// AWS's documentation.
package iam
