// Package source holds what every other package says about places in files: the files of one evaluation ([Set], [File]), byte ranges
// in them ([Span]), places as people and SARIF read them ([Location]), and problems with a place ([Diagnostic]).
//
// It is to iacscan what go/token is to Go's tools. It reads through an [io/fs.FS] whose root is the boundary of the scan and never
// anywhere else.
package source
