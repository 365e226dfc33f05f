package aws

import (
	"slices"

	"github.com/iacscan/iacscan/graph"
)

// InventoryFor is the inventory of a VPC as seen from a resource in it, and the link by which the resource's root came to know the VPC,
// nil when the same root creates it. Over a link whose names have holes the VPC is taken for the one that is meant, and its endpoints for
// all that this code manages: another stack may provide more.
func (w *World) InventoryFor(r *graph.Resource, v *VPC) (inventory Inventory, why string, link *graph.Link) {
	inventory, why = v.Inventory()
	if v.Resource == nil || v.Resource.Root == r.Root {
		return inventory, why, nil
	}
	link, exact := w.linkTo(r.Root, v, nil)
	if known, _ := v.known(); known.Closed == nil && !exact && inventory == ClosedInventory {
		inventory = ManagedInventory
	}
	return inventory, why, link
}

// linkTo is the link by which a root knows a network, and whether all links on the way to the root that creates it are exact. One that
// names the network itself goes before one that names a part of it, or something made of it.
func (w *World) linkTo(root string, v *VPC, seen []string) (link *graph.Link, exact bool) {
	if root == v.Resource.Root {
		return nil, true
	}
	exact = true
	itself := false
	for i := range w.Graph.Links {
		l := &w.Graph.Links[i]
		if l.From != root || slices.Contains(seen, l.To) {
			continue
		}
		is := vpcKey(l.Value) == v.key
		if !is && (itself || !w.names(l.Value, v)) {
			continue
		}
		_, rest := w.linkTo(l.To, v, append(seen, root))
		if is && !itself {
			exact = true // so far it was about something else
		}
		link, itself, exact = l, is, exact && l.Exact && rest
	}
	return link, exact
}

// names reports whether a value holds a network or a part of one.
func (w *World) names(value graph.Value, v *VPC) bool {
	found := false
	value.Walk(func(inner graph.Value) bool {
		found = found || vpcKey(inner) == v.key || w.networkIn(inner) == v
		return !found
	})
	return found
}
