// Package rego runs the policies and examples of docs/custom-policies.md with Open Policy Agent, in its tests. It is a module of its own, so
// that nothing else of iacscan carries the engine.
package rego
