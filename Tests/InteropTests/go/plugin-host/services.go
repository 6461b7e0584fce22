package main

import (
	"encoding/gob"
	"io"
	"net/rpc"
	"sync"

	"github.com/ugorji/go/codec"
)

// Packer's handle since plugin SDK 0.0.12.
var handle = &codec.MsgpackHandle{WriteExt: true}

func client(stream io.ReadWriteCloser) *rpc.Client {
	return rpc.NewClientWithCodec(codec.GoRpc.ClientCodec(stream, handle))
}

// serve answers calls on a number's stream until the other side closes it.
func (b *broker) serve(id uint32, services map[string]interface{}) {
	server := rpc.NewServer()
	for name, service := range services {
		if err := server.RegisterName(name, service); err != nil {
			panic(err)
		}
	}
	if stream, err := b.accept(id); err == nil {
		server.ServeCodec(codec.GoRpc.ServerCodec(stream, handle))
	}
}

// Ui remembers what is said.
type Ui struct {
	mutex sync.Mutex
	said  []string
}

func (u *Ui) add(text string) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.said = append(u.said, text)
}

func (u *Ui) Say(text *string, reply *interface{}) error     { u.add(*text); return nil }
func (u *Ui) Message(text *string, reply *interface{}) error { u.add(*text); return nil }
func (u *Ui) Error(text *string, reply *interface{}) error   { u.add(*text); return nil }

// Artifact is what a post-processor gets.
type Artifact struct{}

func (Artifact) BuilderId(_ *interface{}, reply *string) error { *reply = "go.host"; return nil }
func (Artifact) Files(_ *interface{}, reply *[]string) error {
	*reply = []string{"/etc/hostname"}
	return nil
}
func (Artifact) Id(_ *interface{}, reply *string) error           { *reply = "go-1"; return nil }
func (Artifact) String(_ *interface{}, reply *string) error       { *reply = "Go's"; return nil }
func (Artifact) State(name string, reply *interface{}) error      { *reply = nil; return nil }
func (Artifact) Destroy(_ *interface{}, reply *interface{}) error { return nil }

// Hook runs one command on the machine that a builder serves, and says what it printed.
type Hook struct {
	broker *broker
	ui     *Ui
}

type HookArguments struct {
	Name     string
	Data     interface{}
	StreamId uint32
}

type StartArguments struct {
	Command                                                         string
	StdinStreamId, StdoutStreamId, StderrStreamId, ResponseStreamId uint32
}

type CommandFinished struct{ ExitStatus int }

func (h *Hook) Run(arguments *HookArguments, reply *interface{}) error {
	stream, err := h.broker.dial(arguments.StreamId)
	if err != nil {
		return err
	}
	machine := client(stream)
	defer machine.Close()
	start := StartArguments{
		Command:          "echo from the hook; exit 3",
		StdoutStreamId:   h.broker.next(),
		ResponseStreamId: h.broker.next(),
	}
	output, status := make(chan string, 1), make(chan int, 1)
	go func() {
		bytes := []byte{}
		if stream, err := h.broker.accept(start.StdoutStreamId); err == nil {
			bytes, _ = io.ReadAll(stream)
		}
		output <- string(bytes)
	}()
	go func() {
		finished := CommandFinished{ExitStatus: -1}
		if stream, err := h.broker.accept(start.ResponseStreamId); err == nil {
			gob.NewDecoder(stream).Decode(&finished)
		}
		status <- finished.ExitStatus
	}()
	if err := machine.Call("Communicator.Start", &start, new(interface{})); err != nil {
		return err
	}
	h.ui.add(<-output)
	if <-status == 3 {
		h.ui.add("the command exited with 3")
	}
	return nil
}

func (h *Hook) Cancel(_ *interface{}, reply *interface{}) error { return nil }
