package aws

import (
	"slices"

	"github.com/iacscan/iacscan/graph"
)

// Domain is an Amazon SageMaker domain (AWS::SageMaker::Domain, aws_sagemaker_domain, awscc_sagemaker_domain).
type Domain struct {
	*graph.Resource
	DomainName    String       `cfn:"DomainName"`
	NetworkAccess String       `cfn:"AppNetworkAccessType" default:"PublicInternetOnly"`
	VPC           Ref          `cfn:"VpcId"`
	Subnets       Refs         `cfn:"SubnetIds"`
	UserSettings  UserSettings `cfn:"DefaultUserSettings"`
	KMSKey        Attribute    `cfn:"KmsKeyId"`
	Tags          Attribute    `cfn:"Tags"`
	// HomeEFS says whether the domain has a file system for the homes of its users.
	HomeEFS  String         `cfn:"HomeEfsFileSystemCreation" tf:"-" default:"Enabled"`
	Settings DomainSettings `cfn:"DomainSettings" tf:"-"`

	world  *World
	canvas *Canvas
}

// DomainSettings are those of the domain as a whole.
type DomainSettings struct {
	// UnifiedStudio makes the domain one that SageMaker Unified Studio manages, its network included.
	UnifiedStudio Attribute `cfn:"UnifiedStudioSettings"`
}

// UserSettings are the defaults for a domain's users, or one user's own.
type UserSettings struct {
	ExecutionRole     Ref               `cfn:"ExecutionRole"`
	SecurityGroups    Refs              `cfn:"SecurityGroups"`
	StudioWebPortal   String            `cfn:"StudioWebPortal"`
	PortalSettings    PortalSettings    `cfn:"StudioWebPortalSettings"`
	CanvasAppSettings CanvasAppSettings `cfn:"CanvasAppSettings"` // Terraform only: CloudFormation has no such property
	Canvas            Attribute         `cfn:"CanvasAppSettings"`
	Sharing           struct {
		OutputPath Ref `cfn:"S3OutputPath"`
	} `cfn:"SharingSettings"`
}

// PortalSettings says what Studio shows.
type PortalSettings struct {
	HiddenAppTypes Refs `cfn:"HiddenAppTypes"`
}

// CanvasAppSettings configure SageMaker Canvas.
type CanvasAppSettings struct {
	DirectDeploy struct {
		Status String `cfn:"Status"`
	} `cfn:"DirectDeploySettings"`
	EMRServerless struct {
		Status String `cfn:"Status"`
	} `cfn:"EmrServerlessSettings"`
	GenerativeAI         Attribute `cfn:"GenerativeAiSettings"`
	GenerativeAISettings struct {
		BedrockRole Ref `cfn:"AmazonBedrockRoleArn"`
	} `cfn:"GenerativeAiSettings"`
	IdentityProvider Attribute `cfn:"IdentityProviderOauthSettings"`
	Kendra           struct {
		Status String `cfn:"Status"`
	} `cfn:"KendraSettings"`
	TimeSeriesForecasting struct {
		Status             String    `cfn:"Status"`
		AmazonForecastRole Attribute `cfn:"AmazonForecastRoleArn"`
	} `cfn:"TimeSeriesForecastingSettings"`
	Workspace struct {
		ArtifactPath Attribute `cfn:"S3ArtifactPath"`
		KMSKey       Attribute `cfn:"S3KmsKeyId"`
	} `cfn:"WorkspaceSettings"`
}

// UserProfile is a user of a domain (AWS::SageMaker::UserProfile, aws_sagemaker_user_profile).
type UserProfile struct {
	*graph.Resource
	Domain       Ref          `cfn:"DomainId"`
	UserSettings UserSettings `cfn:"UserSettings"`
}

// App is an application that runs for a user (AWS::SageMaker::App, aws_sagemaker_app).
type App struct {
	*graph.Resource
	Domain  Ref    `cfn:"DomainId"`
	AppType String `cfn:"AppType"`
}

// NotebookInstance is a notebook instance (AWS::SageMaker::NotebookInstance, aws_sagemaker_notebook_instance).
type NotebookInstance struct {
	*graph.Resource
	DirectInternetAccess String `cfn:"DirectInternetAccess" default:"Enabled"`
	Subnet               Ref    `cfn:"SubnetId"`
	SecurityGroups       Refs   `cfn:"SecurityGroupIds" tf:"security_groups"`
	Role                 Ref    `cfn:"RoleArn"`
	AcceleratorTypes     Refs   `cfn:"AcceleratorTypes"`
}

// Model is a hosted model (AWS::SageMaker::Model, aws_sagemaker_model).
type Model struct {
	*graph.Resource
	Name      Attribute `cfn:"ModelName" tf:"name"`
	VPC       Attribute `cfn:"VpcConfig"`
	VPCConfig struct {
		Subnets        Refs `cfn:"Subnets"`
		SecurityGroups Refs `cfn:"SecurityGroupIds"`
	} `cfn:"VpcConfig"`
	NetworkIsolation Bool        `cfn:"EnableNetworkIsolation" default:"false"`
	Role             Ref         `cfn:"ExecutionRoleArn"`
	PrimaryContainer Container   `cfn:"PrimaryContainer"`
	Containers       []Container `cfn:"Containers" tf:"container"`
}

// Container is a container of a model.
type Container struct {
	Image       Attribute `cfn:"Image"`
	Environment Attribute `cfn:"Environment"`
	ImageConfig struct {
		RepositoryAccessMode String `cfn:"RepositoryAccessMode"`
	} `cfn:"ImageConfig"`
	ModelData Attribute `cfn:"ModelDataUrl"`
}

// EndpointConfig says which models an endpoint serves (AWS::SageMaker::EndpointConfig, aws_sagemaker_endpoint_configuration).
type EndpointConfig struct {
	*graph.Resource
	Name     Attribute `cfn:"EndpointConfigName" tf:"name"`
	Variants []Variant `cfn:"ProductionVariants"`
	Shadows  []Variant `cfn:"ShadowProductionVariants"`
	VPC      Attribute `cfn:"VpcConfig" tf:"-"`
}

// Variant is a model on some instances.
type Variant struct {
	Name        Attribute `cfn:"VariantName"`
	Model       Ref       `cfn:"ModelName"`
	Count       Attribute `cfn:"InitialInstanceCount"`
	Accelerator Attribute `cfn:"AcceleratorType"`
	Serverless  Attribute `cfn:"ServerlessConfig"`
	// Max is the number of instances up to which autoscaling goes; null where there is none.
	Max Attribute
}

// Variants are the variants of all endpoint configurations that serve a model, shadows included, and whether there may be others, whose
// model is not decided.
func (w *World) Variants(m *Model) (variants []Variant, more bool) {
	for _, c := range w.EndpointConfigs {
		for _, v := range append(c.Variants[:len(c.Variants):len(c.Variants)], c.Shadows...) {
			v.Max = w.scaledTo(c, v)
			switch id := v.Model.Identity(); {
			case id != nil && id.Resource != nil:
				if id.Resource == m.Resource {
					variants = append(variants, v)
				}
			case c.Root != m.Root: // another account's, as far as anybody knows
			case !v.Model.Known() || graph.Equal(v.Model.Value, m.Name.Value) == graph.Undecided:
				more = true
			case graph.Equal(v.Model.Value, m.Name.Value) == graph.True && !m.Name.IsNull():
				variants = append(variants, v)
			}
		}
	}
	return variants, more
}

// ComponentHost is an endpoint configuration that has a VPC of its own and hosts inference components, which name their models instead
// of its variants; nil when there is none.
func (w *World) ComponentHost() *EndpointConfig {
	for _, c := range w.EndpointConfigs {
		if !c.VPC.IsNull() && slices.ContainsFunc(c.Variants, func(v Variant) bool { return v.Model.IsNull() }) {
			return c
		}
	}
	return nil
}

// PublicInternet decides whether the domain's apps reach the internet through the VPC that SageMaker manages: everything but VpcOnly
// does, and PublicInternetOnly is what AWS takes when nothing is said.
func (d *Domain) PublicInternet() graph.Truth { return d.NetworkAccess.Is("VpcOnly").Not() }

// UserProfiles are the domain's users, as far as the files declare them.
func (d *Domain) UserProfiles() []*UserProfile {
	var of []*UserProfile
	for _, p := range d.world.UserProfiles {
		if refersTo(p.Domain.Value, d.Resource) {
			of = append(of, p)
		}
	}
	return of
}

// OwnedSettings are user settings with the resource that has them: the domain, or one of its users.
type OwnedSettings struct {
	*graph.Resource
	UserSettings
}

// AllUserSettings are the user settings of the domain, and then those of its users.
func (d *Domain) AllUserSettings() []OwnedSettings {
	all := []OwnedSettings{{d.Resource, d.UserSettings}}
	for _, p := range d.UserProfiles() {
		all = append(all, OwnedSettings{p.Resource, p.UserSettings})
	}
	return all
}

// Roles are the execution roles of the domain and of its users that the files declare, each once.
func (d *Domain) Roles() []*Role {
	var roles []*Role
	seen := map[*graph.Resource]bool{}
	for _, s := range d.AllUserSettings() {
		if role := d.world.Role(s.ExecutionRole.Value); role != nil && !seen[role.Resource] {
			seen[role.Resource] = true
			roles = append(roles, role)
		}
	}
	return roles
}

// refersTo reports whether a value is an attribute of a resource that stands for the resource: its id, ARN or Ref.
func refersTo(v graph.Value, r *graph.Resource) bool {
	id := v.Identity()
	return id != nil && id.Resource == r
}

// SubnetIDs are the domain's subnets, all of its VPC's where it names none, and whether there may be more.
func (d *Domain) SubnetIDs() (subnets []graph.Value, more bool) {
	if d.Subnets.IsNull() {
		return d.world.SubnetsOf(d.VPC.Value)
	}
	return d.Subnets.Elements()
}

// InVPC decides whether the model has a VPC configuration.
func (m *Model) InVPC() graph.Truth {
	all := graph.Undecided
	for i, c := range m.VPC.Cases() {
		in := graph.True
		switch elements, ok := c.Value.Elements(); {
		case c.Value.IsNull(), ok && len(elements) == 0 && !c.Value.IsOpen():
			in = graph.False
		case ok && len(elements) == 0, !ok && c.Value.Kind() != graph.KindMap:
			in = graph.Undecided
		}
		if i > 0 && in != all {
			return graph.Undecided
		}
		all = in
	}
	return all
}
