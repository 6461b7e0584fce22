// Go's net/rpc with the GoRpc framing of ugorji's codec, on standard input and output.
//
//	netrpc-peer serve    answers calls of the service Peer until its input ends
//	netrpc-peer call     calls the service Swift and says on standard error what came out
package main

import (
	"errors"
	"fmt"
	"net/rpc"
	"os"
	"reflect"
	"sync"
	"time"

	"github.com/ugorji/go/codec"
)

// Packer's handle since plugin SDK 0.0.12.
var handle = &codec.MsgpackHandle{WriteExt: true}

type stdio struct{}

func (stdio) Read(b []byte) (int, error)  { return os.Stdin.Read(b) }
func (stdio) Write(b []byte) (int, error) { return os.Stdout.Write(b) }
func (stdio) Close() error                { os.Stdout.Close(); return os.Stdin.Close() }

// Kinds has a field of each kind that Packer's messages have, and more.
type Kinds struct {
	Bool    bool
	Int     int
	Int8    int8
	Int16   int16
	Int32   int32
	Int64   int64
	Uint    uint
	Uint8   uint8
	Uint16  uint16
	Uint32  uint32
	Uint64  uint64
	Float32 float32
	Float64 float64
	Text    string
	Bytes   []byte
	Texts   []string
	Table   map[string]int
	Time    time.Time
	Inner   *Inner
	Any     interface{}
}

type Inner struct {
	Message string
	List    []Inner
}

// Peer is the service for a caller in Swift.
type Peer struct {
	mutex   sync.Mutex
	waiting map[int]chan struct{}
}

func (p *Peer) Kinds(in *Kinds, out *Kinds) error            { *out = *in; return nil }
func (p *Peer) Any(in *interface{}, out *interface{}) error  { *out = *in; return nil }
func (p *Peer) Number(in uint32, out *uint32) error          { *out = in + 1; return nil }
func (p *Peer) Nothing(_ *interface{}, _ *interface{}) error { return nil }
func (p *Peer) Struct(_ struct{}, _ *struct{}) error         { return nil }
func (p *Peer) Fail(text string, _ *interface{}) error       { return errors.New(text) }
func (p *Peer) Encoded(in *Kinds, out *[]byte) error {
	return codec.NewEncoderBytes(out, handle).Encode(in)
}

func (p *Peer) gate(number int) chan struct{} {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.waiting[number] == nil {
		p.waiting[number] = make(chan struct{})
	}
	return p.waiting[number]
}

// Wait returns once Release was called with the same number.
func (p *Peer) Wait(number int, out *int) error { <-p.gate(number); *out = number; return nil }
func (p *Peer) Release(number int, _ *interface{}) error {
	close(p.gate(number))
	return nil
}

func main() {
	switch os.Args[1] {
	case "serve":
		server := rpc.NewServer()
		if err := server.RegisterName("Peer", &Peer{waiting: map[int]chan struct{}{}}); err != nil {
			panic(err)
		}
		server.ServeCodec(codec.GoRpc.ServerCodec(stdio{}, handle))
	case "call":
		call(rpc.NewClientWithCodec(codec.GoRpc.ClientCodec(stdio{}, handle)))
	}
}

func say(format string, values ...interface{}) { fmt.Fprintf(os.Stderr, format+"\n", values...) }

func call(client *rpc.Client) {
	sent := Kinds{
		true, -5, -128, 300, -70000, -1 << 40, 5, 200, 60000, 4000000000, 1 << 63, 1.5, -2.25,
		"é", []byte{0, 255}, []string{"a", ""}, map[string]int{"x": 1},
		time.Unix(1795380558, 794739189), &Inner{"m", []Inner{{"n", nil}}}, "any",
	}
	var back Kinds
	say("kinds: %v", client.Call("Swift.Kinds", sent, &back))
	back.Time = back.Time.UTC()
	sent.Time = sent.Time.UTC()
	say("same: %v", reflect.DeepEqual(sent, back))
	var zero Kinds
	say("zero: %v %v", client.Call("Swift.Kinds", Kinds{}, &zero), reflect.DeepEqual(zero, Kinds{}))

	var number uint32
	say("number: %v %d", client.Call("Swift.Number", uint32(4294967294), &number), number)
	say("nothing: %v", client.Call("Swift.Nothing", nil, nil))
	for _, method := range []string{"Swift.Fail", "Swift.Cancel", "Swift.Nope", "Nope.Say", "Nodot", "Swift.Number"} {
		var reply interface{}
		say("%s: %v", method, client.Call(method, "text of "+method, &reply))
	}
	// The later call releases the earlier.
	wait := client.Go("Swift.Wait", nil, nil, nil)
	say("release: %v", client.Call("Swift.Release", nil, nil))
	say("wait: %v", (<-wait.Done).Error)

	calls := make([]*rpc.Call, 500)
	replies := make([]string, len(calls))
	for i := range calls {
		calls[i] = client.Go("Swift.Echo", fmt.Sprint("call ", i), &replies[i], nil)
	}
	good := 0
	for i, call := range calls {
		if (<-call.Done).Error == nil && replies[i] == fmt.Sprint("call ", i) {
			good++
		}
	}
	say("echoes: %d", good)
	say("close: %v", client.Close())
}
