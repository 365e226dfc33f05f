// Package finding holds what checks, reports, the pipeline and plugins share about a finding: plain values, no logic of any of them.
package finding
