// Package yamlerror tells what gopkg.in/yaml.v3 has against a text that is not YAML, and where.
package yamlerror

import (
	"regexp"
	"strconv"
)

var (
	form = regexp.MustCompile(`(?s)yaml: (?:line ([0-9]+): )?(.*)`)
	// ofParser matches what the parser of yaml.v3 says, as opposed to its scanner: of these errors it counts the lines from 0.
	ofParser = regexp.MustCompile(`^(?:did not find expected (?:<document start>|node content|'-' indicator|key|',' or '[\]}]')` +
		`|found (?:undefined tag handle|duplicate %|incompatible YAML))`)
)

// Read gives what an error of yaml.v3 says, without the line, and the line, from 1, that it names: that of the problem, or where the list or
// mapping begins that has it. It is 1 when the error names none.
func Read(err error) (text string, line int) {
	m := form.FindStringSubmatch(err.Error())
	if m == nil {
		return err.Error(), 1
	}
	line, _ = strconv.Atoi(m[1]) // empty for the first line
	if line > 0 && ofParser.MatchString(m[2]) {
		line++
	}
	return m[2], max(line, 1)
}
