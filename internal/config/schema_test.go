package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// schemaID is where editors find the schema.
const schemaID = "https://raw.githubusercontent.com/iacscan/iacscan/main/docs/iacscan.schema.json"

// Schema is the JSON Schema of the file, made from the table that files are validated by, so that an editor accepts what a scan does.
func Schema() ([]byte, error) {
	schema := file.schema()
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["$id"] = schemaID
	schema["title"] = FileName
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(schema); err != nil {
		return nil, fmt.Errorf("write the schema: %w", err)
	}
	return text.Bytes(), nil
}

// schema is the JSON Schema of a shape. Keys and lists may be left empty, which YAML calls null.
func (s *shape) schema() map[string]any {
	schema := map[string]any{}
	switch {
	case s.keys != nil:
		properties, required := map[string]any{}, []string{}
		for _, k := range s.keys {
			properties[k.name] = k.shape.schema()
			if k.required {
				required = append(required, k.name)
			}
		}
		schema["type"], schema["properties"], schema["additionalProperties"] = []string{"object", "null"}, properties, false
		if len(required) > 0 {
			schema["type"], schema["required"] = "object", required
		}
	case s.values != nil:
		schema["type"], schema["additionalProperties"] = []string{"object", "null"}, s.values.schema()
		schema["propertyNames"] = map[string]any{"pattern": anyText.String()}
		if s.names != nil {
			schema["propertyNames"] = map[string]any{"enum": s.names}
		}
	case s.items != nil && s.single:
		schema["anyOf"] = []any{s.items.schema(), map[string]any{"type": "array", "items": s.items.schema(), "minItems": 1}}
	case s.items != nil:
		schema["type"], schema["items"] = []string{"array", "null"}, s.items.schema()
	case s.boolean:
		schema["type"] = "boolean"
	case s.words != nil:
		schema["enum"] = s.words
	default:
		schema["type"], schema["pattern"] = "string", s.pattern.String()
		if s.format != "" {
			schema["format"] = s.format
		}
		if s.example != "" {
			schema["examples"] = []string{s.example}
		}
	}
	if s.doc != "" {
		schema["description"] = s.doc
	}
	return schema
}

// Keys lists every key of the file with the keys that lead to it: "canvas.profile", "checks.<name>.severity", "suppressions[].check".
func Keys() []string { return file.below("") }

func (s *shape) below(prefix string) []string {
	var all []string
	switch {
	case s.values != nil:
		all = s.values.below(prefix + "<name>.")
	case s.items != nil:
		all = s.items.below(strings.TrimSuffix(prefix, ".") + "[].")
	}
	for _, k := range s.keys {
		all = append(all, prefix+k.name)
		all = append(all, k.shape.below(prefix+k.name+".")...)
	}
	return all
}
