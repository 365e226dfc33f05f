// Package scan is the pipeline, and the one entry point for programs that embed iacscan: it discovers what is worth evaluating, has the
// parsers evaluate it, links what separate roots say of each other, runs the checks, and merges and filters what they find.
//
// [Run] scans a file system. It keeps no state between calls, is safe for concurrent use, and stops when its context does.
package scan
