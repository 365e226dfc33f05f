package terraform

import (
	"fmt"
	"math/big"
	"net"
	"regexp"
	"strconv"

	"github.com/apparentlymart/go-cidr/cidr"

	"github.com/iacscan/iacscan/graph"
)

// leadingZeros are zeros in front of a decimal number of an IPv4 address, which Terraform ignores.
var leadingZeros = regexp.MustCompile(`(^|\.)0+([0-9])`)

// parsePrefix reads an address with a prefix length.
func parsePrefix(s string) (*net.IPNet, error) {
	for leadingZeros.MatchString(s) {
		s = leadingZeros.ReplaceAllString(s, "$1$2")
	}
	_, prefix, err := net.ParseCIDR(s)
	if err != nil {
		return nil, fmt.Errorf("read the prefix: %w", err)
	}
	return prefix, nil
}

// network calls f with the prefix that is the first argument, and the whole numbers that the others are, when all are known.
func (c *invocation) network(f func(prefix *net.IPNet, numbers []*big.Int) (graph.Value, error)) graph.Value {
	return c.whenKnown(func(args []graph.Value) graph.Value {
		text, ok := convertText(args[0]).Text()
		if !ok {
			return c.invalid("a prefix is required")
		}
		prefix, err := parsePrefix(text)
		if err != nil {
			return c.invalid(err.Error())
		}
		numbers := make([]*big.Int, len(args)-1)
		for i, a := range args[1:] {
			text, _ := convertNumber(a).Text()
			if numbers[i], ok = new(big.Int).SetString(text, 10); !ok {
				return c.invalid("a whole number is required")
			}
		}
		v, err := fitting(f, prefix, numbers)
		if err != nil {
			return c.invalid(err.Error())
		}
		return v
	})
}

// fitting calls f. Package cidr panics at some numbers that do not fit into an address, which Terraform makes an error of the call, too.
func fitting(f func(*net.IPNet, []*big.Int) (graph.Value, error), prefix *net.IPNet, numbers []*big.Int) (v graph.Value, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("the numbers do not fit into %s", prefix)
		}
	}()
	return f(prefix, numbers)
}

// bits is a whole number that counts bits of an address.
func bits(n *big.Int) (int, error) {
	const most = 8 * net.IPv6len
	if !n.IsInt64() || n.Int64() < -most || n.Int64() > most {
		return 0, fmt.Errorf("%s bits are not within an address", n)
	}
	return int(n.Int64()), nil
}

func fnCIDRHost(c *invocation) graph.Value {
	return c.network(func(prefix *net.IPNet, n []*big.Int) (graph.Value, error) {
		ip, err := cidr.HostBig(prefix, n[0])
		if err != nil {
			return graph.Value{}, fmt.Errorf("number a host: %w", err)
		}
		return graph.String(ip.String()), nil
	})
}

func fnCIDRNetmask(c *invocation) graph.Value {
	return c.network(func(prefix *net.IPNet, _ []*big.Int) (graph.Value, error) {
		if prefix.IP.To4() == nil {
			return graph.Value{}, fmt.Errorf("IPv6 addresses cannot have a netmask: %s", prefix)
		}
		return graph.String(net.IP(prefix.Mask).String()), nil
	})
}

func fnCIDRSubnet(c *invocation) graph.Value {
	return c.network(func(prefix *net.IPNet, n []*big.Int) (graph.Value, error) {
		newBits, err := bits(n[0])
		if err != nil {
			return graph.Value{}, err
		}
		subnet, err := cidr.SubnetBig(prefix, newBits, n[1])
		if err != nil {
			return graph.Value{}, fmt.Errorf("number a subnet: %w", err)
		}
		return graph.String(subnet.String()), nil
	})
}

// fnCIDRSubnets is cidrsubnets(prefix, newbits…): consecutive subnets of these sizes, as many as there are sizes.
func fnCIDRSubnets(c *invocation) graph.Value {
	if c.places(c.args[0]) != nil {
		whole := c.derived()
		if id := whole.Identity(); id != nil {
			out := make([]graph.Value, len(c.args)-1)
			for i := range out {
				out[i] = graph.Hole(inside(id, "["+strconv.Itoa(i)+"]"))
			}
			return graph.List(out...)
		}
		return whole
	}
	return c.network(func(prefix *net.IPNet, n []*big.Int) (graph.Value, error) {
		length, size := prefix.Mask.Size()
		out := make([]graph.Value, len(n))
		var last *net.IPNet
		for i := range n {
			newBits, err := bits(n[i])
			switch {
			case err != nil:
				return graph.Value{}, err
			case newBits < 1 || length+newBits > size:
				return graph.Value{}, fmt.Errorf("a prefix of %d bits cannot have %d more", length, newBits)
			}
			subnet := &net.IPNet{IP: prefix.IP, Mask: net.CIDRMask(length+newBits, size)}
			if last != nil {
				var rolled bool
				if subnet, rolled = cidr.NextSubnet(last, length+newBits); rolled {
					return graph.Value{}, fmt.Errorf("there is no address space left after %s", last)
				}
			}
			if !prefix.Contains(subnet.IP) {
				return graph.Value{}, fmt.Errorf("%s has not enough address space for a subnet after %s", prefix, last)
			}
			out[i] = graph.String(subnet.String())
			last = subnet
		}
		return graph.List(out...), nil
	})
}
