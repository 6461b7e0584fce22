package main

import (
	"encoding/hex"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"github.com/zclconf/go-cty/cty/msgpack"
)

// typed reads a value that stands beside its type.
func typed(argument string) (cty.Value, error) {
	return ctyjson.Unmarshal([]byte(argument), cty.DynamicPseudoType)
}

// encodeJSON says a value in JSON again, as Packer sends a configuration.
func encodeJSON(argument string) (string, error) {
	v, err := typed(argument)
	if err != nil {
		return "", err
	}
	text, err := ctyjson.Marshal(v, cty.DynamicPseudoType)
	return string(text), err
}

func encodeMessagePack(argument string) (string, error) {
	v, err := typed(argument)
	if err != nil {
		return "", err
	}
	bytes, err := msgpack.Marshal(v, cty.DynamicPseudoType)
	return hex.EncodeToString(bytes), err
}

func decodeMessagePack(argument string) (string, error) {
	bytes, err := hex.DecodeString(argument)
	if err != nil {
		return "", err
	}
	v, err := msgpack.Unmarshal(bytes, cty.DynamicPseudoType)
	if err != nil {
		return "", err
	}
	text, err := ctyjson.Marshal(v, cty.DynamicPseudoType)
	return string(text), err
}
