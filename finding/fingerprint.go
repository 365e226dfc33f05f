package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strconv"
	"strings"

	"github.com/iacscan/iacscan/source"
)

// SetFingerprints gives each finding its fingerprint: SHA-256 over check id, verdict, directory of the declaration, and address inside
// its module or template without keys; ":2", ":3" … for repeats in the order of the slice. File names, lines, details and instances do
// not matter to it, so that it survives renames, moves and reformatting.
//
// Where some instances of what would be one finding are suppressed and others are not, those that are not keep the fingerprint of the
// whole, and the suppressed ones come last among the repeats: suppressing an instance makes no finding a new one.
func SetFingerprints(findings []Finding) {
	type whole struct { // what parts of one finding share
		digest, message string
		location        source.Location
		severity        Severity
	}
	digests := make([]string, len(findings))
	kept := map[whole]int{} // the part that keeps the fingerprint
	for i := range findings {
		f := &findings[i]
		digests[i] = f.digest()
		w := whole{digests[i], f.Message, f.Location, f.Severity}
		if first, ok := kept[w]; !ok || findings[first].Suppression != nil && f.Suppression == nil {
			kept[w] = i
		}
	}
	seen := map[string]int{}
	number := func(i int) {
		digest := digests[i]
		seen[digest]++
		if n := seen[digest]; n > 1 {
			digest += ":" + strconv.Itoa(n)
		}
		findings[i].Fingerprint = digest
	}
	var rest []int
	for i, f := range findings {
		if f.Suppression != nil && kept[whole{digests[i], f.Message, f.Location, f.Severity}] != i {
			rest = append(rest, i)
		} else {
			number(i)
		}
	}
	for _, i := range rest {
		number(i)
	}
}

// digest is the fingerprint without the number of a repeat.
func (f *Finding) digest() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.CheckID, string(f.Verdict), path.Dir(f.Declaration.Path), f.Declared}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
