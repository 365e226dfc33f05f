package terraform

import (
	"maps"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// override merges the body of a block in an override file into the body that it overrides. Arguments replace arguments of the same
// name; nested blocks replace all nested blocks of their type, whether these are static or dynamic. A resource's lifecycle is merged by argument.
// https://developer.hashicorp.com/terraform/language/files/override
func override(kind string, base, with *hclsyntax.Body) *hclsyntax.Body {
	merged := &hclsyntax.Body{Attributes: maps.Clone(base.Attributes), SrcRange: base.SrcRange, EndRange: base.EndRange}
	maps.Copy(merged.Attributes, with.Attributes)
	replaced := map[string]bool{}
	for name := range with.Attributes {
		replaced[name] = true // in JSON, an argument may stand for blocks
	}
	for _, b := range with.Blocks {
		if !byArgument(kind, b.Type) {
			replaced[blockType(b)] = true
			delete(merged.Attributes, blockType(b))
		}
	}
	for _, b := range base.Blocks {
		if replaced[blockType(b)] {
			continue
		}
		if byArgument(kind, b.Type) {
			nested := *b
			for _, o := range with.Blocks {
				if o.Type == b.Type {
					nested.Body = override("", nested.Body, o.Body)
				}
			}
			b = &nested
		}
		merged.Blocks = append(merged.Blocks, b)
	}
	for _, b := range with.Blocks {
		if !byArgument(kind, b.Type) || !hasBlock(base, b.Type) {
			merged.Blocks = append(merged.Blocks, b)
		}
	}
	return merged
}

// byArgument reports whether a nested block is merged with what it overrides.
func byArgument(kind, nested string) bool {
	return (kind == "resource" || kind == "data") && nested == "lifecycle"
}

// blockType is the type under which a nested block is replaced.
func blockType(b *hclsyntax.Block) string {
	if b.Type == "dynamic" && len(b.Labels) == 1 {
		return b.Labels[0]
	}
	return b.Type
}

func hasBlock(body *hclsyntax.Body, kind string) bool {
	for _, b := range body.Blocks {
		if b.Type == kind {
			return true
		}
	}
	return false
}
