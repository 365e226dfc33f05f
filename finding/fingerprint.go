package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strconv"
	"strings"
)

// SetFingerprints gives each finding its fingerprint: SHA-256 over check id, verdict, directory of the declaration, and address inside
// its module or template without keys; ":2", ":3" … for repeats in the order of the slice. File names, lines, details and instances do
// not matter to it, so that it survives renames, moves and reformatting.
func SetFingerprints(findings []Finding) {
	seen := map[string]int{}
	for i := range findings {
		f := &findings[i]
		sum := sha256.Sum256([]byte(strings.Join([]string{f.CheckID, string(f.Verdict), path.Dir(f.Declaration.Path), f.Declared}, "\x00")))
		digest := hex.EncodeToString(sum[:16])
		seen[digest]++
		if n := seen[digest]; n > 1 {
			digest += ":" + strconv.Itoa(n)
		}
		f.Fingerprint = digest
	}
}
