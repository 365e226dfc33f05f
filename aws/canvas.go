package aws

import (
	"slices"
	"strings"

	"github.com/iacscan/iacscan/graph"
)

// Tier groups the services that Canvas reaches through VPC endpoints by what fails without them.
type Tier string

// The tiers that every Canvas domain has. The others are named after the feature that needs them.
const (
	TierCore          Tier = "core"           // nothing works
	TierStandardBuild Tier = "standard-build" // builds silently run in the VPC that AWS manages
	TierDocumented    Tier = "documented"     // the guide lists it, and no feature that is known to be used needs it
)

// canvasService is a service that the Canvas guide lists, and the features that need it.
type canvasService struct {
	name     string
	features []Tier
}

// canvasServices is the table of "Configure Amazon SageMaker Canvas in a VPC without internet access" in the SageMaker Developer
// Guide: 27 endpoint names. The guide gives no feature for a service; the features follow from the actions in the AWS managed policies
// for Canvas.
var canvasServices = []canvasService{
	{"application-autoscaling", []Tier{"deploy"}},
	{"athena", []Tier{"athena"}},
	{"bedrock-runtime", []Tier{"genai", "rag-kendra"}},
	{"comprehend", []Tier{"ready-to-use"}},
	{"ec2", []Tier{TierStandardBuild}},
	{"ecr.api", []Tier{TierStandardBuild}},
	{"ecr.dkr", []Tier{TierStandardBuild}},
	{"emr-serverless", []Tier{"emr"}},
	{"forecast", []Tier{"forecast-legacy"}},
	{"forecastquery", []Tier{"forecast-legacy"}},
	{"glue", []Tier{"athena"}},
	{"kendra", []Tier{"rag-kendra"}},
	{"logs", []Tier{TierCore}},
	{"monitoring", []Tier{TierCore}},
	{"notebook", nil},
	{"q", []Tier{"q-developer"}},
	{"rds", []Tier{"jdbc"}},
	{"redshift-data", []Tier{"redshift"}},
	{"rekognition", []Tier{"ready-to-use"}},
	{"s3", []Tier{TierCore}},
	{"sagemaker-data-science-assistant", []Tier{"q-developer"}},
	{"sagemaker.api", []Tier{TierCore}},
	{"sagemaker.runtime", []Tier{TierCore}},
	{"secretsmanager", []Tier{"jdbc", "saas"}},
	{"ssm", nil},
	{"sts", []Tier{TierCore}},
	{"textract", []Tier{"ready-to-use"}},
}

// requestedServices are not in the guide's table: they are required where the configuration names their feature, and only there.
var requestedServices = []canvasService{
	{"bedrock", []Tier{"genai-extra"}}, // the list of foundation models
	{"kms", []Tier{"kms"}},
	{"studio", []Tier{"studio"}},
}

// calledServices are in neither, and AWS's managed policies for Canvas and Studio have actions of theirs: administering Redshift, schedules
// of data preparation, lists of clusters, projects.
var calledServices = []string{"elasticmapreduce", "events", "redshift", "redshift-serverless", "servicecatalog"}

// Canvas says what the files tell about a domain's use of SageMaker Canvas, which is reachable from every domain that does not hide it.
type Canvas struct {
	// Hidden decides whether the domain's users have no Canvas: the domain hides it, or the configuration says so.
	Hidden graph.Truth
	// Why says why Hidden is undecided.
	Why string
	// Meant says that the code configures Canvas, runs it, or gives the domain's role a policy for it, and does not hide it.
	Meant bool
	// Features are those whose use shows or is configured, sorted.
	Features []Tier
}

// Uses reports whether the use of a feature shows.
func (c Canvas) Uses(feature Tier) bool {
	return feature == TierCore || feature == TierStandardBuild || slices.Contains(c.Features, feature)
}

// Canvas gathers what the domain, its user profiles, its apps, its role and the configuration tell.
func (d *Domain) Canvas() Canvas {
	if d.canvas == nil {
		c := d.gatherCanvas()
		d.canvas = &c
	}
	return *d.canvas
}

func (d *Domain) gatherCanvas() Canvas {
	c := Canvas{Hidden: hides(d.UserSettings.PortalSettings.HiddenAppTypes, "Canvas"), Why: "whether the domain hides Canvas is not decided"}
	for _, s := range d.AllUserSettings() {
		c.addSettings(s.UserSettings)
	}
	for _, role := range d.Roles() {
		c.addRole(d.world, role)
	}
	for _, r := range d.world.Roles {
		if r.Root == d.Root && startsWith(r.Name.Value, "AmazonSageMakerCanvasEMRSExecutionAccess-") {
			c.add("emr")
		}
	}
	for _, a := range d.world.Apps {
		if refersTo(a.Domain.Value, d.Resource) && a.AppType.Is("Canvas") == graph.True {
			c.Meant = true
		}
	}
	if !d.KMSKey.IsNull() {
		c.add("kms")
	}
	if mentionsCanvas(d.DomainName.Value) || mentionsCanvas(d.Tags.Value) {
		c.Meant = true
	}
	c.assume(d.world.Config.Canvas)
	c.Meant = c.Meant && c.Hidden != graph.True
	slices.Sort(c.Features)
	return c
}

func (c *Canvas) add(feature Tier) {
	if !slices.Contains(c.Features, feature) {
		c.Features = append(c.Features, feature)
	}
}

// addSettings reads CanvasAppSettings, which only Terraform has.
func (c *Canvas) addSettings(s UserSettings) {
	if s.Canvas.IsNull() {
		return
	}
	c.Meant = true
	set := s.CanvasAppSettings
	enabled := func(status String) bool { return status.Is("ENABLED") == graph.True }
	if enabled(set.DirectDeploy.Status) {
		c.add("deploy")
	}
	if enabled(set.EMRServerless.Status) {
		c.add("emr")
	}
	if enabled(set.Kendra.Status) {
		c.add("rag-kendra")
	}
	if enabled(set.TimeSeriesForecasting.Status) && !set.TimeSeriesForecasting.AmazonForecastRole.IsNull() {
		c.add("forecast-legacy")
	}
	if !set.GenerativeAI.IsNull() {
		c.add("genai")
	}
	if !set.IdentityProvider.IsNull() {
		c.add("saas")
	}
}

// canvasPolicies are AWS managed policies that tell that a feature is used. AmazonSageMakerCanvasFullAccess tells of none: everybody
// has it.
var canvasPolicies = []struct {
	name     string
	features []Tier
}{
	{"AmazonSageMakerCanvasDirectDeployAccess", []Tier{"deploy"}},
	{"AmazonSageMakerCanvasForecastAccess", []Tier{"forecast-legacy"}},
	{"AmazonSageMakerCanvasAIServicesAccess", []Tier{"ready-to-use", "genai"}},
	{"AmazonSageMakerCanvasBedrockAccess", []Tier{"genai"}},
	{"AmazonRedshiftFullAccess", []Tier{"redshift"}},
	{"AmazonAthenaFullAccess", []Tier{"athena"}},
}

// canvasActions are actions that tell that a feature is used where a policy of the customer's allows them by a pattern that names their
// service, as athena:* does and * does not.
var canvasActions = []struct {
	action  string
	feature Tier
}{
	{"athena:StartQueryExecution", "athena"},
	{"bedrock:InvokeModel", "genai"},
	{"comprehend:DetectSentiment", "ready-to-use"},
	{"kendra:Query", "rag-kendra"},
	{"redshift-data:ExecuteStatement", "redshift"},
	{"rekognition:DetectLabels", "ready-to-use"},
	{"textract:AnalyzeDocument", "ready-to-use"},
}

func (c *Canvas) addRole(w *World, r *Role) {
	permissions := w.Permissions(r)
	for _, a := range canvasActions {
		if permissions.names(a.action) {
			c.add(a.feature)
		}
	}
	if r.Trusts("redshift.amazonaws.com") {
		c.add("redshift")
	}
	if r.Language == graph.CloudFormation && r.Trusts("forecast.amazonaws.com") { // Terraform has a setting for it
		c.add("forecast-legacy")
	}
	for _, p := range canvasPolicies {
		if r.HasManagedPolicy(p.name) {
			for _, f := range p.features {
				c.add(f)
			}
		}
	}
	if r.HasManagedPolicy("AmazonSageMakerCanvas") || r.Trusts("forecast.amazonaws.com") {
		c.Meant = true
	}
}

// hides decides whether a list of hidden app types holds one.
func hides(hidden Refs, app string) graph.Truth {
	types, more := hidden.Elements()
	for _, t := range types {
		if graph.Equal(t, graph.String(app)) == graph.True {
			return graph.True
		}
		more = more || graph.Equal(t, graph.String(app)) == graph.Undecided
	}
	if more {
		return graph.Undecided
	}
	return graph.False
}

// startsWith reports whether a name starts with a text for sure.
func startsWith(name graph.Value, start string) bool {
	parts, ok := name.Parts()
	return ok && strings.HasPrefix(parts[0].Literal, start)
}

// mentionsCanvas reports whether the word is in a name, or in the keys or values of tags.
func mentionsCanvas(v graph.Value) bool {
	found := false
	v.Walk(func(v graph.Value) bool {
		if tags, ok := v.Object(); ok {
			for _, key := range tags.Keys() {
				found = found || strings.Contains(strings.ToLower(key), "canvas")
			}
		}
		if parts, ok := v.Parts(); ok {
			for _, p := range parts {
				found = found || strings.Contains(strings.ToLower(p.Literal), "canvas")
			}
		}
		return !found
	})
	return found
}

// MissingEndpoint is a service that Canvas needs and that its VPC has no usable endpoint for.
type MissingEndpoint struct {
	Service string
	Tier    Tier
	// Sure is false when an endpoint of undecided name, type, VPC or existence could be it.
	Sure bool
}

// MissingEndpoints are the services of the guide's table, and of the features that the configuration names, without a usable endpoint in
// the domain's VPC, sorted by name. Each has the first tier whose use shows, else the documented one; what the configured profile does
// not require is left out.
func (d *Domain) MissingEndpoints(vpc *VPC, canvas Canvas) []MissingEndpoint {
	var missing []MissingEndpoint
	for _, s := range d.canvasServices() {
		name := d.world.Required(s.name)
		has := vpc.Has(name, d.Exists)
		if has == graph.True {
			continue
		}
		m := MissingEndpoint{Service: name, Tier: TierDocumented, Sure: has == graph.False}
		if i := slices.IndexFunc(s.features, canvas.Uses); i >= 0 {
			m.Tier = s.features[i]
		}
		if d.world.Config.Canvas.requires(m.Tier) {
			missing = append(missing, m)
		}
	}
	slices.SortFunc(missing, func(a, b MissingEndpoint) int { return strings.Compare(a.Service, b.Service) })
	return missing
}

// canvasServices are those that the domain may need an endpoint for.
func (d *Domain) canvasServices() []canvasService {
	services := canvasServices
	for _, s := range requestedServices {
		if slices.Contains(d.world.Config.Canvas.Features, s.features[0]) {
			services = append(services[:len(services):len(services)], s)
		}
	}
	return services
}

// requires reports whether the profile requires what only some tier needs. A feature in use needs what it needs in every profile.
func (c CanvasConfig) requires(tier Tier) bool {
	asked := max(slices.Index(Profiles(), c.Profile), 0)
	i := slices.Index(Profiles(), tier)
	return i < 0 || i >= asked
}

// CanvasNeeds reports whether the guide's table lists a service.
func CanvasNeeds(service string) bool {
	return slices.ContainsFunc(canvasServices, func(s canvasService) bool { return s.name == service })
}

// CanvasCalls reports whether Canvas or Studio call a service, be it one that the guide's table does not list.
func CanvasCalls(service string) bool {
	requested := slices.ContainsFunc(requestedServices, func(s canvasService) bool { return s.name == service })
	return CanvasNeeds(service) || requested || slices.Contains(calledServices, service)
}
