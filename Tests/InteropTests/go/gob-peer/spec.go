package main

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// specText is one entry of a configuration's specification as the tests write it.
type specText struct {
	Kind     string              `json:"kind"`
	Name     string              `json:"name"`
	Type     json.RawMessage     `json:"type,omitempty"`
	Required bool                `json:"required,omitempty"`
	Nested   map[string]specText `json:"nested,omitempty"`
	Minimum  int                 `json:"minimum,omitempty"`
	Maximum  int                 `json:"maximum,omitempty"`
}

func decodeSpec(argument string) (string, error) {
	var spec hcldec.ObjectSpec
	if err := decode(argument, &spec); err != nil {
		return "", err
	}
	// What a host does with a specification first.
	_ = hcldec.ImpliedSchema(spec)
	_ = hcldec.ImpliedType(spec)
	object, err := objectText(spec)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(object)
	return string(text), err
}

func encodeSpec(argument string) (string, error) {
	var object map[string]specText
	if err := json.Unmarshal([]byte(argument), &object); err != nil {
		return "", err
	}
	spec, err := objectSpec(object)
	if err != nil {
		return "", err
	}
	return encode(spec)
}

func objectText(spec hcldec.Spec) (map[string]specText, error) {
	object, ok := spec.(hcldec.ObjectSpec)
	if !ok {
		return nil, fmt.Errorf("a %T stands where an ObjectSpec should be", spec)
	}
	texts := map[string]specText{}
	for key, entry := range object {
		text := specText{}
		var err error
		switch entry := entry.(type) {
		case *hcldec.AttrSpec:
			text = specText{Kind: "attribute", Name: entry.Name, Required: entry.Required}
			text.Type, err = ctyjson.MarshalType(entry.Type)
		case *hcldec.BlockSpec:
			text = specText{Kind: "block", Name: entry.TypeName, Required: entry.Required}
			text.Nested, err = objectText(entry.Nested)
		case *hcldec.BlockListSpec:
			text = specText{Kind: "list", Name: entry.TypeName}
			text.Minimum, text.Maximum = entry.MinItems, entry.MaxItems
			text.Nested, err = objectText(entry.Nested)
		default:
			err = fmt.Errorf("a %T is not spoken here", entry)
		}
		if err != nil {
			return nil, err
		}
		texts[key] = text
	}
	return texts, nil
}

func objectSpec(texts map[string]specText) (hcldec.ObjectSpec, error) {
	object := hcldec.ObjectSpec{}
	for key, text := range texts {
		nested, err := objectSpec(text.Nested)
		if err != nil {
			return nil, err
		}
		switch text.Kind {
		case "attribute":
			var t cty.Type
			if t, err = ctyjson.UnmarshalType(text.Type); err != nil {
				return nil, err
			}
			object[key] = &hcldec.AttrSpec{Name: text.Name, Type: t, Required: text.Required}
		case "block":
			object[key] = &hcldec.BlockSpec{
				TypeName: text.Name, Nested: nested, Required: text.Required,
			}
		case "list":
			object[key] = &hcldec.BlockListSpec{
				TypeName: text.Name, Nested: nested,
				MinItems: text.Minimum, MaxItems: text.Maximum,
			}
		default:
			return nil, fmt.Errorf("unknown kind %q", text.Kind)
		}
	}
	return object, nil
}
