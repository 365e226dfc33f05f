// Package tfplan reads what `terraform show -json` writes, a plan or a state, into the graph.
//
// Terraform has evaluated a plan already: what exists is in planned_values, with addresses and nearly all values, and what only the apply
// will tell is marked in after_unknown of resource_changes. Such a value becomes what decides it:
//
//   - Where the configuration that the plan was made from lies beside it, package terraform evaluates the expression, with the plan's
//     variables, and what it refers to is looked up among the planned resources by address. The places of resources and values are those
//     in the configuration then, with its comments.
//   - Otherwise the references in the plan's own `configuration` tell, followed through module outputs and inputs. They say what an
//     expression mentions and not what it does with it, so they count only for arguments that take identifiers (vpc_id, subnet_ids,
//     execution_role): nobody computes a new identifier. Places are those in the plan.
//   - All else is unknown. It is no hole with an identity, because two holes are two things: the same VPC by two ways would be two.
//
// Identifiers that are known, because the infrastructure exists, are turned back into references to the planned resources that have them.
//
// A plan says what Terraform will do, so it wins over the configuration from which it was made: [Plan.Current] tells whether judging both
// would say everything twice.
package tfplan
