package provider

// Creates reports whether a module with a source is known to create resources, so that a call of it matters although the module is not
// on disk.
func Creates(source string) bool {
	m := findModule(parseSource(source))
	return m != nil && m.create != nil
}
