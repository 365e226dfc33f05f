package checks

import (
	"cmp"
	"strings"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/graph"
)

// lacking is what a role is not allowed of some actions, and why it is not decided whether it lacks others.
type lacking struct {
	actions []string
	why     string
}

// lacks asks the policies of a role for actions. With onAll they are actions that know no resources, which a policy allows on "*" or not
// at all; else each is asked for the resource that it is meant for.
func lacks(w *aws.World, role graph.Value, onAll bool, actions ...string) lacking {
	r := w.Role(role)
	if r == nil || r.Data {
		why := "the role is not in the scanned files: " + aws.Explain(role)
		if parts, ok := role.Parts(); ok && strings.Contains(parts[len(parts)-1].Literal, ":role/") {
			why = "the role " + role.String() + " is not in the scanned files"
		}
		return lacking{why: why}
	}
	var l lacking
	resource := graph.Null()
	if onAll {
		resource = graph.String("*")
	}
	permissions := w.Permissions(r)
	for _, action := range actions {
		switch allowed, why := permissions.Allow(action, resource); allowed {
		case graph.False:
			l.actions = append(l.actions, action)
		case graph.Undecided:
			l.why = cmp.Or(l.why, why, "whether "+r.Address+" allows "+action+" is not decided")
		}
	}
	return l
}

// and is what is lacking of two sets of actions.
func (l lacking) and(m lacking) lacking {
	return lacking{append(l.actions[:len(l.actions):len(l.actions)], m.actions...), cmp.Or(l.why, m.why)}
}
