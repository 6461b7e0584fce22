package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
)

// broker names the streams of a session, as Packer's MuxBroker does.
type broker struct {
	session *yamux.Session
	mutex   sync.Mutex
	last    uint32
	arrived map[uint32]chan *yamux.Stream
}

func newBroker(connection io.ReadWriteCloser) (*broker, error) {
	configuration := yamux.DefaultConfig()
	configuration.LogOutput = io.Discard
	session, err := yamux.Client(connection, configuration)
	if err != nil {
		return nil, err
	}
	b := &broker{session: session, arrived: map[uint32]chan *yamux.Stream{}}
	go b.take()
	return b, nil
}

func (b *broker) line(id uint32) chan *yamux.Stream {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.arrived[id] == nil {
		b.arrived[id] = make(chan *yamux.Stream, 1)
	}
	return b.arrived[id]
}

func (b *broker) take() {
	for {
		stream, err := b.session.AcceptStream()
		if err != nil {
			return
		}
		go func() {
			var id uint32
			if binary.Read(stream, binary.LittleEndian, &id) == nil {
				b.line(id) <- stream
			}
		}()
	}
}

// next gives out a number.
func (b *broker) next() uint32 {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.last++
	return b.last
}

// accept waits for the stream of a number that was given out, at most as long as Packer does.
func (b *broker) accept(id uint32) (*yamux.Stream, error) {
	select {
	case stream := <-b.line(id):
		return stream, binary.Write(stream, binary.LittleEndian, id)
	case <-time.After(5 * time.Second):
		return nil, fmt.Errorf("nobody opened stream %d", id)
	}
}

// dial opens the stream of a number that the other side gave out.
func (b *broker) dial(id uint32) (*yamux.Stream, error) {
	stream, err := b.session.OpenStream()
	if err != nil {
		return nil, err
	}
	if err := binary.Write(stream, binary.LittleEndian, id); err != nil {
		return nil, err
	}
	var answer uint32
	if err := binary.Read(stream, binary.LittleEndian, &answer); err != nil {
		return nil, err
	}
	if answer != id {
		return nil, fmt.Errorf("stream %d was taken as %d", id, answer)
	}
	return stream, nil
}
