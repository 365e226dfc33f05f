package terraform

import (
	"bytes"
	"strings"
)

// Outline is what [Skim] finds in a file.
type Outline struct {
	// Resources and Data are the distinct native types of the resource blocks and of the data blocks, in the order of the file.
	Resources, Data []string
	// Sources are the sources of the module calls as written, where they are plain strings.
	Sources []string
	// Backend says that the file configures a backend, or Terraform Cloud: it belongs to a root module, and its state can be read elsewhere.
	Backend bool
	// RemoteState says that the file reads another root's state, with a terraform_remote_state data source.
	RemoteState bool
}

// Skim outlines a file of Terraform configuration, in JSON syntax when its name ends in ".json", from its bytes alone: for choosing
// among thousands of files those that are worth parsing. It finds what can be found in files with syntax errors too.
func Skim(name string, src []byte) Outline {
	o := outliner{seen: map[string]bool{}}
	if strings.HasSuffix(name, ".json") {
		o.json(src)
	} else {
		o.native(src)
	}
	return o.Outline
}

type outliner struct {
	Outline

	seen map[string]bool // types, with "data." before those of data sources
}

func (o *outliner) native(src []byte) {
	s := newScanner(src)
	for e, ok := s.next(); ok; e, ok = s.next() {
		switch {
		case e.kind == "resource" && len(s.labels) == 2:
			o.resource(s.labels[0])
		case e.kind == "data" && len(s.labels) == 2:
			o.data(s.labels[0])
		case e.kind == "module":
			s.within(e, func(e entry) {
				s.i = e.start
				if string(s.argument()) != "source" {
					return
				}
				if s.space(false); s.peek(0) == '"' {
					if text, ok := s.literal(); ok {
						o.Sources = append(o.Sources, string(text))
					}
				}
			})
		case e.kind == "terraform" && !o.Backend:
			s.within(e, func(e entry) { o.Backend = o.Backend || e.kind == "backend" || e.kind == "cloud" })
		}
	}
}

// within calls f for the items in the body of a block, which may move the scanner.
func (s *scanner) within(e entry, f func(entry)) {
	i, src, reread := s.i, s.src, s.reread
	s.i, s.src, s.reread, s.comment, s.arguments = e.body, src[:max(e.body, e.end-1)], 0, commentEnd{}, true
	for item, ok := s.next(); ok; item, ok = s.next() {
		end := s.i
		f(item)
		s.i = end
	}
	s.i, s.src, s.reread, s.comment, s.arguments = i, src, reread, commentEnd{}, false
}

func (o *outliner) resource(kind []byte) {
	if !o.seen[string(kind)] {
		o.Resources = append(o.Resources, string(kind))
		o.seen[string(kind)] = true
	}
}

func (o *outliner) data(kind []byte) {
	key := bytes.Join([][]byte{[]byte("data."), kind}, nil)
	if !o.seen[string(key)] {
		o.Data = append(o.Data, string(kind))
		o.seen[string(key)] = true
		o.RemoteState = o.RemoteState || string(kind) == "terraform_remote_state"
	}
}

func (o *outliner) json(src []byte) {
	root, _ := readJSON(src)
	j := &jsonTranslation{}
	for _, m := range j.bodyMembers(root) {
		kind := m.name.text
		labels, known := labelCounts[kind]
		if !known {
			continue
		}
		j.unpack(labels, m, func(labels []jsonValue, v *jsonValue) {
			switch kind {
			case "resource":
				o.resource([]byte(labels[0].text))
			case "data":
				o.data([]byte(labels[0].text))
			case "module":
				for _, a := range v.members {
					if a.name.text == "source" && a.value.kind == jsonString {
						o.Sources = append(o.Sources, a.value.text)
					}
				}
			case "terraform":
				for _, a := range v.members {
					o.Backend = o.Backend || (a.name.text == "backend" || a.name.text == "cloud") && a.value.kind != jsonNull
				}
			}
		})
	}
}
