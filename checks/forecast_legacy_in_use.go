package checks

import (
	"slices"

	"github.com/iacscan/iacscan/aws"
	"github.com/iacscan/iacscan/finding"
	"github.com/iacscan/iacscan/graph"
)

var _ = register(Check{
	Rule: finding.Rule{
		ID:           "SMN-802",
		Slug:         "forecast-legacy-in-use",
		Title:        "Canvas relies on Amazon Forecast",
		Severity:     finding.Info,
		Tags:         []string{"sagemaker", "canvas", "lifecycle"},
		OffByDefault: true,
	},
	Subjects: []aws.Type{aws.TypeDomain, aws.TypeVPCEndpoint},
	Run: func(p *Pass) {
		for _, d := range p.World.Domains {
			p.Report(forecastOfDomain(d))
		}
		for _, e := range p.World.Endpoints {
			forecast := e.Service.Is("forecast").Or(e.Service.Is("forecastquery"))
			if e.Data || forecast == graph.False || e.VPC == nil || !slices.ContainsFunc(e.VPC.Domains, usesCanvas) {
				continue
			}
			j := Judgement{Resource: e.Resource, Decided: e.ServiceName.Attribute, Verdict: finding.Fail}
			j.Message = "This VPC endpoint is for Amazon Forecast, which is closed to new customers"
			if forecast == graph.Undecided {
				j.Verdict, j.Reason = finding.Unknown, e.Service.Why
				j.Message = "Whether this VPC endpoint is for Amazon Forecast is not decided"
			}
			p.Report(j)
		}
	},
})

func usesCanvas(d *aws.Domain) bool { return d.Canvas().Hidden != graph.True }

func forecastOfDomain(d *aws.Domain) Judgement {
	settings := d.UserSettings.CanvasAppSettings.TimeSeriesForecasting
	j := Judgement{Resource: d.Resource, Decided: settings.Status.Attribute}
	switch enabled := settings.Status.Is("ENABLED"); {
	case slices.Contains(d.Canvas().Features, "forecast-legacy"):
		j.Verdict, j.Message = finding.Fail, "Canvas forecasts with Amazon Forecast, which is closed to new customers: plan the move to SageMaker's own forecasting"
	case enabled == graph.Undecided && !settings.AmazonForecastRole.IsNull():
		j.Verdict, j.Message = finding.Unknown, "Whether Canvas relies on Amazon Forecast is not decided"
		j.Reason = settings.Status.Name + " is not decided: " + aws.Explain(settings.Status.Value)
	default:
		j.Verdict, j.Message = finding.Pass, "Nothing here relies on Amazon Forecast"
	}
	return j
}
