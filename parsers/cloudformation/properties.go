package cloudformation

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/awslabs/goformation/v7/cloudformation/ec2"
	"github.com/awslabs/goformation/v7/cloudformation/iam"
	"github.com/awslabs/goformation/v7/cloudformation/route53"
	"github.com/awslabs/goformation/v7/cloudformation/s3"
	"github.com/awslabs/goformation/v7/cloudformation/sagemaker"

	"github.com/iacscan/iacscan/graph"
	"github.com/iacscan/iacscan/source"
)

// shapes are the properties of resource types as goformation's structs have them: their JSON names and Go types. Only the shapes are
// used; its decoding refuses a whole template for one bad property.
var shapes = map[string]reflect.Type{
	"AWS::EC2::EgressOnlyInternetGateway":   reflect.TypeFor[ec2.EgressOnlyInternetGateway](),
	"AWS::EC2::InternetGateway":             reflect.TypeFor[ec2.InternetGateway](),
	"AWS::EC2::NatGateway":                  reflect.TypeFor[ec2.NatGateway](),
	"AWS::EC2::PrefixList":                  reflect.TypeFor[ec2.PrefixList](),
	"AWS::EC2::Route":                       reflect.TypeFor[ec2.Route](),
	"AWS::EC2::RouteTable":                  reflect.TypeFor[ec2.RouteTable](),
	"AWS::EC2::SecurityGroup":               reflect.TypeFor[ec2.SecurityGroup](),
	"AWS::EC2::SecurityGroupEgress":         reflect.TypeFor[ec2.SecurityGroupEgress](),
	"AWS::EC2::SecurityGroupIngress":        reflect.TypeFor[ec2.SecurityGroupIngress](),
	"AWS::EC2::Subnet":                      reflect.TypeFor[ec2.Subnet](),
	"AWS::EC2::SubnetRouteTableAssociation": reflect.TypeFor[ec2.SubnetRouteTableAssociation](),
	"AWS::EC2::VPC":                         reflect.TypeFor[ec2.VPC](),
	"AWS::EC2::VPCEndpoint":                 reflect.TypeFor[ec2.VPCEndpoint](),
	"AWS::EC2::VPCGatewayAttachment":        reflect.TypeFor[ec2.VPCGatewayAttachment](),
	"AWS::IAM::Group":                       reflect.TypeFor[iam.Group](),
	"AWS::IAM::GroupPolicy":                 reflect.TypeFor[iam.GroupPolicy](),
	"AWS::IAM::ManagedPolicy":               reflect.TypeFor[iam.ManagedPolicy](),
	"AWS::IAM::Policy":                      reflect.TypeFor[iam.Policy](),
	"AWS::IAM::Role":                        reflect.TypeFor[iam.Role](),
	"AWS::IAM::RolePolicy":                  reflect.TypeFor[iam.RolePolicy](),
	"AWS::IAM::User":                        reflect.TypeFor[iam.User](),
	"AWS::IAM::UserPolicy":                  reflect.TypeFor[iam.UserPolicy](),
	"AWS::Route53::HostedZone":              reflect.TypeFor[route53.HostedZone](),
	"AWS::S3::Bucket":                       reflect.TypeFor[s3.Bucket](),
	"AWS::S3::BucketPolicy":                 reflect.TypeFor[s3.BucketPolicy](),
	"AWS::SageMaker::App":                   reflect.TypeFor[sagemaker.App](),
	"AWS::SageMaker::Domain":                reflect.TypeFor[sagemaker.Domain](),
	"AWS::SageMaker::Endpoint":              reflect.TypeFor[sagemaker.Endpoint](),
	"AWS::SageMaker::EndpointConfig":        reflect.TypeFor[sagemaker.EndpointConfig](),
	"AWS::SageMaker::Model":                 reflect.TypeFor[sagemaker.Model](),
	"AWS::SageMaker::NotebookInstance":      reflect.TypeFor[sagemaker.NotebookInstance](),
	"AWS::SageMaker::Space":                 reflect.TypeFor[sagemaker.Space](),
	"AWS::SageMaker::UserProfile":           reflect.TypeFor[sagemaker.UserProfile](),
}

// newer are properties that CloudFormation's schemas of June 2026 have and goformation, archived in 2024, lacks. The key is the struct's
// name, without the resource's where it is a part of one: "ResourceSpec" for sagemaker.Domain_ResourceSpec.
var newer = map[string][]string{
	"App":                       {"RecoveryMode"},
	"Bucket":                    {"AbacStatus", "BucketNamePrefix", "BucketNamespace", "MetadataConfiguration", "MetadataTableConfiguration"},
	"CodeEditorAppSettings":     {"AppLifecycleManagement", "BuiltInLifecycleConfigArn"},
	"CustomFileSystem":          {"FSxLustreFileSystem", "S3FileSystem"},
	"CustomFileSystemConfig":    {"FSxLustreFileSystemConfig", "S3FileSystemConfig"},
	"DefaultSpaceSettings":      {"CustomFileSystemConfigs", "CustomPosixUserConfig", "JupyterLabAppSettings", "SpaceStorageSettings"},
	"Domain":                    {"HomeEfsFileSystemCreation", "TagPropagation"},
	"DomainSettings":            {"ExecutionRoleIdentityConfig", "IpAddressType", "UnifiedStudioSettings"},
	"EgressOnlyInternetGateway": {"Tags"},
	"HostedZone":                {"HostedZoneFeatures"},
	"JupyterLabAppSettings":     {"AppLifecycleManagement", "BuiltInLifecycleConfigArn", "EmrSettings"},
	"JupyterServerAppSettings":  {"LifecycleConfigArns"},
	"KernelGatewayAppSettings":  {"LifecycleConfigArns"},
	"LifecycleConfiguration":    {"TransitionDefaultMinimumObjectSize"},
	"NatGateway":                {"AvailabilityMode", "AvailabilityZoneAddresses", "VpcId"},
	"ProductionVariant": {
		"CapacityReservationConfig", "InferenceAmiVersion", "InstancePools", "VariantInstanceProvisionTimeoutInSeconds",
	},
	"ResourceSpec":             {"LifecycleConfigArn", "TrainingPlanArn"},
	"Route":                    {"OdbNetworkArn"},
	"S3DataSource":             {"HubAccessConfig"},
	"ServerSideEncryptionRule": {"BlockedEncryptionTypes"},
	"SpaceSettings":            {"RemoteAccess", "SpaceManagedResources"},
	"UserSettings":             {"AutoMountHomeEFS", "StudioWebPortalSettings"},
	"VPCEndpoint":              {"DnsOptions", "IpAddressType", "ResourceConfigurationArn", "ServiceNetworkArn", "ServiceRegion", "Tags"},
}

// checkProperties reports properties that the resource's type does not have, or that have values of another type. It evaluates nothing.
func (r *resource) checkProperties() {
	shape, ok := shapes[r.graph.NativeType]
	if !ok || r.stack.hasMacro() { // a macro reads what it likes
		return
	}
	r.read()
	for _, name := range r.Names() {
		e := r.properties[name]
		r.stack.checkField(shape, r.graph.NativeType, e.key, e.value)
	}
}

// truthOf turns the words that CloudFormation takes for true and false into these, where the property is one of them.
func (r *resource) truthOf(name string, v graph.Value) graph.Value {
	shape, ok := shapes[r.graph.NativeType]
	if !ok {
		return v
	}
	field, ok := fieldOf(shape, name)
	if !ok || wantedKind(elem(field)) != aTruth {
		return v
	}
	return v.Map(func(v graph.Value) graph.Value {
		if text, ok := v.Text(); ok && v.Kind() == graph.KindString {
			for _, b := range []bool{true, false} {
				if strings.EqualFold(text, strconv.FormatBool(b)) {
					return graph.Bool(b).WithSpan(v.At())
				}
			}
		}
		return v
	})
}

// checkField checks an entry of a mapping whose shape is a struct.
func (s *Stack) checkField(shape reflect.Type, of string, key, value *node) {
	field, ok := fieldOf(shape, key.text)
	_, name, part := strings.Cut(shape.Name(), "_")
	if !part {
		name = shape.Name()
	}
	switch {
	case ok:
		s.checkShape(field, of+"."+key.text, value)
	case slices.Contains(newer[name], key.text), strings.HasPrefix(key.text, "Fn::"):
	default:
		s.report(source.Warning, "template-property", key.at, "%s has no property %s%s", of, key.text, suggest(key.text, fieldNames(shape, name)))
	}
}

// checkShape checks a value.
func (s *Stack) checkShape(shape reflect.Type, of string, n *node) {
	shape = elem(shape)
	if n.isNull() || shape.Kind() == reflect.Interface {
		return
	}
	wanted := wantedKind(shape)
	if c, ok := n.call(); ok {
		if args, ok := arguments(c.arg, 3, 3); ok && c.name == "Fn::If" {
			s.checkShape(shape, of, args[1])
			s.checkShape(shape, of, args[2])
		} else if made := s.madeBy(c); made != "" && made != wanted && !(made == aText && isScalar(wanted)) {
			s.report(source.Warning, "template-property", n.at, "%s takes %s, %s gives %s", of, wanted, c.name, made)
		}
		return
	}
	switch {
	case n.kind == mappingNode && wanted == aMapping:
		if shape.Kind() == reflect.Struct {
			for _, p := range n.pairs {
				s.checkField(shape, of, p.key, p.value)
			}
		}
	case n.kind == sequenceNode && wanted == aList:
		for _, item := range n.items {
			s.checkShape(shape.Elem(), of, item)
		}
	case n.kind == scalarNode && isScalar(wanted):
		if !fits(n.text, wanted) {
			s.report(source.Warning, "template-property", n.at, "%s takes %s, this is %s", of, wanted, strconv.Quote(n.text))
		}
	default:
		s.report(source.Warning, "template-property", n.at, "%s takes %s, this is %s", of, wanted, n.kindName())
	}
}

// elem is what an optional property holds.
func elem(shape reflect.Type) reflect.Type {
	if shape.Kind() == reflect.Pointer {
		return shape.Elem()
	}
	return shape
}

// What a property takes, as messages say it.
const (
	aText    = "text"
	aTruth   = "true or false"
	aNumber  = "a number"
	aList    = "a list"
	aMapping = "a mapping"
)

func wantedKind(shape reflect.Type) string {
	switch shape.Kind() {
	case reflect.Bool:
		return aTruth
	case reflect.Int, reflect.Float64:
		return aNumber
	case reflect.Slice:
		return aList
	case reflect.Struct, reflect.Map:
		return aMapping
	default:
		return aText
	}
}

func isScalar(wanted string) bool { return wanted == aText || wanted == aTruth || wanted == aNumber }

// fits reports whether CloudFormation converts a scalar to what is wanted.
func fits(text, wanted string) bool {
	switch wanted {
	case aTruth:
		return slices.Contains([]string{"true", "false", "yes", "no", "on", "off"}, strings.ToLower(text))
	case aNumber:
		_, err := strconv.ParseFloat(text, 64)
		return err == nil
	}
	return true
}

// madeBy is the kind of value that an intrinsic gives, as far as it shows without evaluation; empty where it does not.
func (s *Stack) madeBy(c call) string {
	switch c.name {
	case "Fn::Sub", "Fn::Join", "Fn::Base64", "Fn::ToJsonString":
		return aText
	case "Fn::Split", "Fn::GetAZs", "Fn::Cidr":
		return aList
	case "Ref":
		name, _ := c.arg.literal()
		if p := s.parameter(name); p != nil {
			if p.isList() {
				return aList
			}
			return aText
		}
		if r := s.resource(name); r != nil {
			return aText
		}
	}
	return ""
}

// fieldOf is the type of a property of a struct, by its JSON name.
func fieldOf(shape reflect.Type, name string) (reflect.Type, bool) {
	field, ok := fieldsOf(shape)[name]
	return field, ok
}

// fieldsOf are the properties of a struct. Computed once for each struct, for all stacks of the process.
func fieldsOf(shape reflect.Type) map[string]reflect.Type {
	if known, ok := structs.Load(shape); ok {
		return known.(map[string]reflect.Type)
	}
	fields := make(map[string]reflect.Type, shape.NumField())
	for i := range shape.NumField() {
		f := shape.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = f.Type
		}
	}
	structs.Store(shape, fields)
	return fields
}

var structs sync.Map // reflect.Type to map[string]reflect.Type

// fieldNames are the properties of a struct, those that goformation lacks included.
func fieldNames(shape reflect.Type, name string) map[string]bool {
	names := map[string]bool{}
	for n := range fieldsOf(shape) {
		names[n] = true
	}
	for _, n := range newer[name] {
		names[n] = true
	}
	return names
}
