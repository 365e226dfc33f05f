package terraform

import "github.com/iacscan/iacscan/graph"

// provided is what the provider says about a data source; nil when it says nothing.
func (i *instance) provided() *graph.Object {
	if i.asked || i.of.block.kind != "data" {
		return i.data
	}
	i.asked = true // also for the time being: what its own arguments read of it is a hole
	switch {
	case i.NativeType == "template_file":
		rendered := i.scope().templateString([]graph.Value{i.configured("template"), i.templateVariables()})
		i.data = graph.NewObject(map[string]graph.Value{"rendered": rendered})
		return i.data
	case i.of.Provider == nil:
		return nil
	}
	arguments := map[string]graph.Value{}
	for _, name := range i.Names() {
		arguments[name] = within(i.configured(name), i.Exists)
	}
	context := DataContext{
		Region: within(i.region(), i.Exists),
		Hole: func(attribute, means string) graph.Value {
			id := attributeIdentity(&i.Resource, attribute)
			id.Means = means
			return graph.Hole(id)
		},
	}
	i.data, _ = i.of.Provider.Data(i.NativeType, graph.NewObject(arguments), context)
	return i.data
}

// templateVariables are those of a template_file, none by default.
func (i *instance) templateVariables() graph.Value {
	if v := i.configured("vars"); !v.IsNull() {
		return v
	}
	return graph.Map(graph.NewObject(nil))
}
