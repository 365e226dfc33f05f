package iam

import (
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// Grade says how far the policy of an S3 endpoint lets people who have nothing to do with its owner use buckets that have nothing to do
// with them either: whether the endpoint is a way out for data.
type Grade uint8

// The grades, from undecided over harmless to worst.
const (
	// Undecided: the files do not tell.
	Undecided Grade = iota
	// Closed: nobody's bucket is open to everybody. Listing and metadata are tolerated.
	Closed
	// OpenToOwners: foreign credentials reach the buckets of their own account.
	OpenToOwners
	// Configurable: any bucket's policy can be set, but no object read or written.
	Configurable
	// Readable: any bucket can be read.
	Readable
	// Writable: any bucket can be written to.
	Writable
	// Unrestricted: the whole API is open.
	Unrestricted
)

// String is the grade in words: "writable".
func (g Grade) String() string {
	return [...]string{"undecided", "closed", "open to owners", "configurable", "readable", "writable", "unrestricted"}[g]
}

// Exposure is what the policy of an S3 endpoint lets whom do to whose buckets.
type Exposure struct {
	Grade Grade
	// Default says that no policy is written, so that AWS attaches the default one, full access.
	Default bool
	// NoAllow says that no statement allows anything: the endpoint is useless.
	NoAllow bool
	// Grounds are the statements and values that let strangers through, or that leave it open whether they do. There are none for the
	// default policy.
	Grounds []Ground
	// Reason says what the files do not decide, when Grade is Undecided.
	Reason string

	// OwnToForeign is whether own identities reach foreign buckets, ForeignToOwn whether foreign identities reach own buckets: a
	// perimeter has both sides. NamePattern is whether a foreign bucket is reached if only its name is chosen well ("sagemaker" is in
	// it), OwnToNamed whether own identities reach such a one, Anonymous whether requests without credentials of any organization reach any bucket.
	OwnToForeign, ForeignToOwn, NamePattern, OwnToNamed, Anonymous graph.Truth

	// Document is the policy as it was read, the default one in place of a missing one.
	Document *Document
}

// FullAccess is the policy that AWS attaches to an endpoint for which none is given: everyone may do everything.
func FullAccess() *Document {
	everything := graph.String("*")
	d := Parse(graph.Map(graph.NewObject(map[string]graph.Value{
		"Version": graph.String(languageNow),
		"Statement": graph.Map(graph.NewObject(map[string]graph.Value{
			"Effect": graph.String(string(Allow)), "Principal": everything, "Action": everything, "Resource": everything,
		})),
	})))
	return d
}

// ParseEndpointPolicy reads the policy of an endpoint. Where none is written ([Document.Missing]) it is [FullAccess].
func ParseEndpointPolicy(policy graph.Value) *Document {
	d := Parse(policy)
	if d.Missing.Decide() == graph.False {
		return d
	}
	for _, s := range FullAccess().Statements {
		s.When, s.Number = d.Missing, 0
		d.Statements = append(d.Statements, s)
	}
	return d
}

// The actions that the probes try: writing and reading an object, and taking a bucket over.
var (
	putObject       = probeAction{"s3:PutObject", true}
	getObject       = probeAction{"s3:GetObject", true}
	putBucketPolicy = probeAction{"s3:PutBucketPolicy", false}
	probeActions    = []probeAction{putObject, getObject, putBucketPolicy}
)

type probeAction struct {
	name     string
	onObject bool
}

// A probe is somebody who tries somebody's bucket through the endpoint.
type probe struct {
	principal, owner party
	bucket           graph.Value
}

// The names of buckets that the probes try: one that nobody can have thought of, and one that is a stranger's too but has in it what many
// policies ask for.
var (
	randomBucket = Stranger("bucket")
	namedBucket  = prefixed("zz-sagemaker-", Stranger("bucket"))
)

// A party is an account in its organization.
type party struct {
	own       bool // the endpoint's owner: identifiers are what the policy says they are
	anonymous bool // nobody's account
	account   graph.Value
	org       graph.Value
}

func foreign(name string) party {
	return party{account: Stranger("account " + name), org: prefixed("o-", Stranger("organization "+name))}
}

// prefixed is an identifier with the prefix that all of its kind have.
func prefixed(prefix string, id graph.Value) graph.Value {
	parts, _ := id.Parts()
	return graph.Template(append([]graph.Part{{Literal: prefix}}, parts...)...)
}

var (
	foreignX  = foreign("x")
	foreignY  = foreign("y")
	ownParty  = party{own: true, account: graph.Hole(&graph.Identity{Name: "own account", Means: OwnAccount})}
	anonymous = party{anonymous: true}

	probeOwners       = probe{foreignX, foreignX, randomBucket}
	probeAnyone       = probe{foreignX, foreignY, randomBucket}
	probeOwnToForeign = probe{ownParty, foreignY, randomBucket}
	probeForeignToOwn = probe{foreignX, ownParty, randomBucket}
	probeNamePattern  = probe{foreignX, foreignX, namedBucket}
	probeOwnToNamed   = probe{ownParty, foreignY, namedBucket}
	probeAnonymous    = probe{anonymous, foreignY, randomBucket}
)

// S3EndpointExposure simulates requests through an S3 endpoint with a policy. Whatever an outsider can choose (tags, headers, the name
// of a role) is chosen against the owner, but for names of buckets and objects: a bucket that only its name protects is noted apart.
func S3EndpointExposure(policy graph.Value) Exposure {
	d := ParseEndpointPolicy(policy)
	x := Exposure{
		Document:     d,
		Default:      d.Missing.Decide() == graph.True,
		NoAllow:      !mayAllow(d),
		OwnToForeign: probeOwnToForeign.any(d).truth(),
		ForeignToOwn: probeForeignToOwn.any(d).truth(),
		NamePattern:  probeNamePattern.any(d).truth(),
		OwnToNamed:   probeOwnToNamed.any(d).truth(),
		Anonymous:    probeAnonymous.any(d).truth(),
	}
	owners, anyone := probeOwners.try(d), probeAnyone.try(d)
	for i := range anyone { // somebody who may reach everybody's buckets may reach their own
		anyone[i].answer = anyone[i].answer.and(owners[i].answer)
	}
	x.Grade = grade(owners, anyone)
	switch {
	case x.Default:
	case x.Grade == Undecided:
		x.Grounds = collect(owners, graph.Undecided)
		x.Reason = reason(x.Grounds)
	case x.Grade != Closed:
		if x.Grounds = collect(owners, graph.True); len(x.Grounds) == 0 { // one way or the other, by a condition that is open
			x.Grounds = collect(owners, graph.Undecided)
		}
	}
	return x
}

// mayAllow reports whether some statement may allow something.
func mayAllow(d *Document) bool {
	var e evaluator
	for _, s := range d.Statements {
		if e.effect(s, Allow).when(s.When).truth() != graph.False {
			return true
		}
	}
	return false
}

// grade is the table of what the probes may do for sure:
//
//	anyone may      write, read and configure   Unrestricted
//	                write                       Writable
//	                read                        Readable
//	                one of these                Readable, or Configurable
//	owners may      anything                    OpenToOwners
//	nobody may      anything                    Closed
//
// in the order of [probeActions].
func grade(owners, anyone []Decision) Grade {
	write, read, configure := anyone[0].answer, anyone[1].answer, anyone[2].answer
	sure := func(a answer) bool { return a.truth() == graph.True }
	either := owners[0].answer.or(owners[1].answer).or(owners[2].answer)
	switch {
	case sure(write.and(read).and(configure)):
		return Unrestricted
	case sure(write):
		return Writable
	case sure(read.or(write)):
		return Readable
	case sure(configure.or(read).or(write)):
		return Configurable
	case sure(either):
		return OpenToOwners
	case either.truth() == graph.False:
		return Closed
	}
	return Undecided
}

// any is whether the probe gets through with any of its actions.
func (p probe) any(d *Document) answer {
	result := no()
	for _, decision := range p.try(d) {
		result = result.or(decision.answer)
	}
	return result
}

// try decides each of the actions.
func (p probe) try(d *Document) []Decision {
	decisions := make([]Decision, len(probeActions))
	for i, action := range probeActions {
		resource := []graph.Part{{Literal: "arn:aws:s3:::"}}
		bucket, _ := p.bucket.Parts()
		resource = append(resource, bucket...)
		if action.onObject {
			key, _ := Stranger("object").Parts()
			resource = append(append(resource, graph.Part{Literal: "/"}), key...)
		}
		decisions[i] = Decide(Request{
			Principal: p.principal.principal(),
			Action:    action.name,
			Resource:  graph.Template(resource...),
			Context:   p.context,
		}, d)
	}
	return decisions
}

// principal is some role of the party.
func (p party) principal() *Principal {
	if p.anonymous {
		return &Principal{Type: "AWS", ID: Stranger("nobody"), Account: Stranger("nobody")}
	}
	id := p.arn("iam", "role/")
	if p.own { // any role
		id = graph.Hole(&graph.Identity{Name: "own role"})
	}
	return &Principal{Type: "AWS", ID: id, Account: p.account}
}

func (p party) arn(service, resource string) graph.Value {
	account, _ := p.account.Parts()
	name, _ := Stranger("name").Parts()
	parts := append([]graph.Part{{Literal: "arn:aws:" + service + "::"}}, account...)
	return graph.Template(append(append(parts, graph.Part{Literal: ":" + resource}), name...)...)
}

// free is the operand of a key that outsiders set as they like, and may leave out.
func (p probe) free() Operand { return Chosen(Choice{Others: p.others()}) }

// set is free for a key that every request has.
func (p probe) set() Operand { return Chosen(Choice{Always: true, Others: p.others()}) }

// others are the identifiers that an outsider may write into a tag, so that a policy compares it with itself.
func (p probe) others() []graph.Value {
	others := []graph.Value{p.bucket}
	for _, side := range []party{p.principal, p.owner} {
		if !side.own && !side.anonymous {
			others = append(others, side.account, side.org)
		}
	}
	return others
}

// context is what a request through a VPC endpoint holds for condition keys, as "AWS global condition context keys" and "Actions,
// resources, and condition keys" for Amazon S3, Amazon SageMaker and Amazon Bedrock define them. Keys that say where in the owner's network a request comes from hold what
// the policy asks for: everybody who reaches the endpoint is there.
func (p probe) context(key string) Operand {
	switch key {
	case "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
		"aws:requestedregion", "aws:currenttime", "aws:epochtime", "s3:tlsversion":
		return p.set()
	case "aws:securetransport":
		return Given(graph.String("true"))
	case "aws:principalisawsservice", "aws:viaawsservice":
		return Given(graph.String("false"))
	case "aws:sourceip", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:calledvia",
		"aws:calledviafirst", "aws:calledvialast", "aws:principalservicename", "aws:principalservicenameslist", "s3:dataaccesspointarn",
		"s3:dataaccesspointaccount", "s3:accesspointnetworkorigin":
		return Absent()
	case "aws:resourceaccount", "s3:resourceaccount":
		return p.identifier(p.owner, p.owner.account)
	case "aws:resourceorgid":
		return p.identifier(p.owner, p.owner.org)
	case "aws:resourceorgpaths":
		return p.identifier(p.owner, p.owner.path())
	}
	switch kind, _, _ := strings.Cut(key, "/"); kind {
	case "aws:principaltag", "aws:principaltype", "aws:principalarn", "aws:principalaccount", "aws:principalorgid",
		"aws:principalorgpaths", "aws:userid", "aws:username", "aws:tokenissuetime", "aws:multifactorauthpresent",
		"aws:multifactorauthage", "aws:sourceidentity", "aws:federatedprovider", "aws:ec2instancesourcevpc",
		"aws:ec2instancesourceprivateipv4":
		return p.principalKey(kind)
	case "aws:resourcetag", "aws:requesttag", "aws:tagkeys", "aws:referer", "aws:useragent":
		return p.free()
	}
	for _, service := range []string{"s3:", "sagemaker:", "bedrock:"} {
		if strings.HasPrefix(key, service) {
			return p.free()
		}
	}
	return Operand{}
}

// principalKey is what a request holds for a key about who makes it.
func (p probe) principalKey(key string) Operand {
	who := p.principal
	if who.anonymous {
		if key == "aws:principaltype" {
			return Given(graph.String("Anonymous"))
		}
		return Absent()
	}
	switch key {
	case "aws:principalaccount":
		return p.identifier(who, who.account)
	case "aws:principalorgid", "aws:principalorgpaths":
		id := who.org
		if key == "aws:principalorgpaths" {
			id = who.path()
		}
		o := p.identifier(who, id)
		o.Optional = !who.own // an account need not be in an organization
		return o
	case "aws:principalarn":
		if who.own {
			return p.set()
		}
		free := graph.Null()
		return Chosen(Choice{Always: true, Shape: []graph.Value{graph.String("arn"), free, free, free, who.account, free}})
	case "aws:userid":
		if who.own {
			return p.set()
		}
		return Chosen(Choice{Always: true, Shape: []graph.Value{prefixed("AROA", Stranger("user id")), graph.Null()}})
	case "aws:principaltype":
		return p.set()
	}
	return p.free()
}

// identifier is the operand of a key that identifies a party. An own identifier is what the policy says it is: files seldom hold it as
// anything but text.
func (p probe) identifier(of party, id graph.Value) Operand {
	if of.own {
		return Chosen(Choice{Always: true})
	}
	return Given(id)
}

// path is where the party is in its organization.
func (p party) path() graph.Value {
	if p.own {
		return graph.Null()
	}
	org, _ := p.org.Parts()
	return graph.Template(append(org[:len(org):len(org)], graph.Part{Literal: "/r-root/ou-unit/"})...)
}

// collect gathers the distinct grounds of decisions with one outcome.
func collect(decisions []Decision, want graph.Truth) []Ground {
	var grounds []Ground
	for _, d := range decisions {
		if d.Allowed != want {
			continue
		}
		for _, g := range d.Grounds {
			if !containsGround(grounds, g) {
				grounds = append(grounds, g)
			}
		}
	}
	return grounds
}

func containsGround(grounds []Ground, g Ground) bool {
	for _, h := range grounds {
		if h.Statement == g.Statement && h.Element == g.Element && h.Value.Key() == g.Value.Key() {
			return true
		}
	}
	return false
}

// reason says what is not decided, and what would decide it, about the first of some grounds.
func reason(grounds []Ground) string {
	if len(grounds) == 0 {
		return ""
	}
	return grounds[0].Undecided()
}

// Undecided says what about the ground the files do not decide: "the Resource of statement 1 is ${var.arns}: pass --var arns=…".
func (g Ground) Undecided() string {
	subject := "the " + g.Element + " of " + g.Statement.Name()
	if g.Element == "" {
		subject = g.Statement.Name()
	}
	id := identityIn(g.Value)
	switch {
	case g.Value.Why() != "":
		return subject + " is not decided: " + g.Value.Why()
	case id != nil && id.Hint != "":
		return subject + " depends on " + id.Name + ": " + id.Hint
	case id != nil:
		return subject + " depends on " + id.Name
	case g.Statement.When.Decide() == graph.Undecided:
		return subject + " is there only if " + g.Statement.When.String()
	}
	return subject + " is not decided"
}

// identityIn is the first identity in a value.
func identityIn(v graph.Value) *graph.Identity {
	var first *graph.Identity
	v.Identities(func(id *graph.Identity) {
		if first == nil {
			first = id
		}
	})
	return first
}

// Open is a value of the document that the files do not decide, with where it is: what an undecided answer may turn on. It is nil where
// they decide all of it.
func (d *Document) Open() *Ground {
	for _, s := range d.Statements {
		for _, v := range s.Unread {
			return &Ground{Statement: s, Value: v, At: v.At()}
		}
		type part struct {
			name string
			Element
		}
		parts := []part{{"Resource", s.Resources}, {"NotResource", s.NotResources}, {"Action", s.Actions}, {"NotAction", s.NotActions}}
		for _, c := range s.Conditions {
			parts = append(parts, part{"condition on " + c.Key, c.Values})
		}
		for _, p := range parts {
			for _, item := range p.Items {
				if !item.Value.Known() {
					return &Ground{Statement: s, Element: p.name, Value: item.Value, At: item.Value.At()}
				}
			}
		}
	}
	return nil
}
