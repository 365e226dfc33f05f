package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/iacscan/iacscan/source"
)

// jsonBlock is a block in JSON syntax.
type jsonBlock struct{}

func (j *jsonBlock) body(b *block) *hclsyntax.Body {
	return &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
}

func (l *loader) jsonBlocks(file *source.File) ([]*block, bool) { return nil, false }
