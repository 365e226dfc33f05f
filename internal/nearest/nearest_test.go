package nearest_test

import (
	"slices"
	"testing"

	"github.com/iacscan/iacscan/internal/nearest"
)

func TestName(t *testing.T) {
	known := []string{"SubnetIds", "SecurityGroupIds", "VpcId", "PolicyDocument"}
	for name, want := range map[string]string{
		"SubnetId": "SubnetIds", "subnetids": "SubnetIds", "SecurityGroupId": "SecurityGroupIds", "VpcIdd": "VpcId", "PloicyDocument": "PolicyDocument",
		"Vp": "", "Something": "", "": "",
	} {
		if got := nearest.Name(name, slices.Values(known)); got != want {
			t.Errorf("nearest to %s is %q, want %q", name, got, want)
		}
	}
}
