package aws

import "github.com/iacscan/iacscan/graph"

// InventoryFor is the inventory of a VPC as seen from a resource in it, and the link by which the resource's root came to know the VPC,
// nil when the same root creates it. Over a link whose names have holes the VPC is taken for the one that is meant, and its endpoints for
// all that this code manages: another stack may provide more.
func (w *World) InventoryFor(r *graph.Resource, v *VPC) (inventory Inventory, why string, link *graph.Link) {
	inventory, why = v.Inventory()
	if v.Resource == nil || v.Resource.Root == r.Root {
		return inventory, why, nil
	}
	for i := range w.Graph.Links {
		if l := &w.Graph.Links[i]; l.From == r.Root && vpcKey(l.Value) == v.key {
			link = l
		}
	}
	if known, _ := v.known(); known.Closed == nil && link != nil && !link.Exact && inventory == ClosedInventory {
		inventory = ManagedInventory
	}
	return inventory, why, link
}
