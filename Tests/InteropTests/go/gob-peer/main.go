// gob-peer is the far side of the tests of gob and of specifications and values: Go's own
// encoding/gob, hcldec and cty.
//
// It answers each line of its input, "VERB ARGUMENT", with a line, "ok RESULT" or "error TEXT".
// Streams and MessagePack are in hexadecimal, everything else is JSON.
package main

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

var verbs = map[string]func(string) (string, error){
	"decode-msgpack": decodeMessagePack,
	"decode-spec":    decodeSpec,
	"decode-type":    decodeType,
	"decode-value":   decodeValue,
	"decode-zoo":     decodeZoo,
	"encode-json":    encodeJSON,
	"encode-msgpack": encodeMessagePack,
	"encode-spec":    encodeSpec,
	"encode-type":    encodeType,
	"encode-value":   encodeValue,
	"encode-zoo":     encodeZoo,
	"ignore":         ignore,
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		verb, argument, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		result, err := answer(verb, argument)
		if err != nil {
			fmt.Printf("error %q\n", err.Error())
		} else {
			fmt.Printf("ok %s\n", result)
		}
	}
}

func answer(verb, argument string) (result string, err error) {
	// cty panics where it is used wrongly, hcldec where a spec is incomplete.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	run, ok := verbs[verb]
	if !ok {
		return "", fmt.Errorf("unknown verb %q", verb)
	}
	return run(argument)
}

// decode reads the only value of a stream.
func decode(argument string, into interface{}) error {
	stream, err := hex.DecodeString(argument)
	if err != nil {
		return err
	}
	rest := bytes.NewReader(stream)
	if err := gob.NewDecoder(rest).Decode(into); err != nil {
		return err
	}
	if rest.Len() != 0 {
		return fmt.Errorf("%d bytes behind the value", rest.Len())
	}
	return nil
}

func encode(value interface{}) (string, error) {
	var stream bytes.Buffer
	err := gob.NewEncoder(&stream).Encode(value)
	return hex.EncodeToString(stream.Bytes()), err
}

// ignore reads a value as Go does where nothing wants it.
func ignore(argument string) (string, error) { return "", decode(argument, nil) }

func decodeType(argument string) (string, error) {
	stream, err := hex.DecodeString(argument)
	if err != nil {
		return "", err
	}
	var t cty.Type
	if err := t.GobDecode(stream); err != nil {
		return "", err
	}
	text, err := ctyjson.MarshalType(t)
	return string(text), err
}

func encodeType(argument string) (string, error) {
	t, err := ctyjson.UnmarshalType([]byte(argument))
	if err != nil {
		return "", err
	}
	stream, err := t.GobEncode()
	return hex.EncodeToString(stream), err
}

type valueText struct {
	Type  json.RawMessage `json:"type"`
	Value json.RawMessage `json:"value"`
}

func decodeValue(argument string) (string, error) {
	var v cty.Value
	if err := decode(argument, &v); err != nil {
		return "", err
	}
	t, err := ctyjson.MarshalType(v.Type())
	if err != nil {
		return "", err
	}
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return "", err
	}
	both, err := json.Marshal(valueText{t, text})
	return string(both), err
}

func encodeValue(argument string) (string, error) {
	var both valueText
	if err := json.Unmarshal([]byte(argument), &both); err != nil {
		return "", err
	}
	t, err := ctyjson.UnmarshalType(both.Type)
	if err != nil {
		return "", err
	}
	v, err := ctyjson.Unmarshal(both.Value, t)
	if err != nil {
		return "", err
	}
	return encode(v)
}
