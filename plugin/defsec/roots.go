package defsec

import (
	"context"
	"runtime"
	"sync"
	"weak"

	"github.com/aquasecurity/defsec/pkg/scan"
	"github.com/aquasecurity/defsec/pkg/terraform"

	iacscan "github.com/iacscan/iacscan/scan"
)

// roots holds what root modules evaluate to, for as long as the host holds the module: a host asks every rule about it, several at a time.
type roots struct {
	mu     sync.Mutex
	byHead map[weak.Pointer[terraform.Block]]*root
}

// root is a root module, evaluated once.
type root struct {
	once    sync.Once
	results map[string]scan.Results // by id of the check
}

func newRoots() *roots { return &roots{byHead: map[weak.Pointer[terraform.Block]]*root{}} }

// check gives the results of one check. A host calls it with every block of every module; the first block of a root module stands for the
// root with all that it calls.
func (rs *roots) check(id string) func(*terraform.Block, *terraform.Module) scan.Results {
	return func(block *terraform.Block, module *terraform.Module) scan.Results {
		if blocks := module.GetBlocks(); len(blocks) == 0 || blocks[0] != block || block.InModule() {
			return nil
		}
		r := rs.of(block)
		r.once.Do(func() { r.results = evaluate(module) })
		return r.results[id]
	}
}

// of is the root that a block is the first of. It is forgotten with the block.
func (rs *roots) of(head *terraform.Block) *root {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	key := weak.Make(head)
	r := rs.byHead[key]
	if r == nil {
		r = &root{}
		rs.byHead[key] = r
		runtime.AddCleanup(head, rs.forget, key)
	}
	return r
}

func (rs *roots) forget(key weak.Pointer[terraform.Block]) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	delete(rs.byHead, key)
}

// evaluate runs every check over a root module. What the files have wrong is the host's to say: it reads them too.
func evaluate(module *terraform.Module) map[string]scan.Results {
	h := hostOf(module)
	if h.files == nil {
		return nil
	}
	results := map[string]scan.Results{}
	everything := iacscan.Options{FS: h.files, Checks: []string{"*"}}
	_, err := iacscan.JudgeRoot(context.Background(), everything, h.dir, h.variables, func(j iacscan.Judgement) {
		results[j.CheckID] = h.add(results[j.CheckID], j)
	})
	if err != nil {
		panic("choose every check: " + err.Error())
	}
	return results
}
