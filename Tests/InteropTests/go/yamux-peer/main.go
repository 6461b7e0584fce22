// A peer for the tests of Sources/Yamux that speaks hashicorp/yamux over its standard input and
// output: "yamux-peer server" does what each stream asks for, "yamux-peer client" asks.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand"
	"os"
	"sync"

	"github.com/hashicorp/yamux"
)

// stdio is the connection.
type stdio struct{}

func (stdio) Read(b []byte) (int, error)  { return os.Stdin.Read(b) }
func (stdio) Write(b []byte) (int, error) { return os.Stdout.Write(b) }
func (stdio) Close() error {
	os.Stdin.Close()
	return os.Stdout.Close()
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "yamux-peer:", err)
		os.Exit(1)
	}
}

func main() {
	if len(os.Args) != 2 {
		check(fmt.Errorf("say server or client"))
	}
	switch os.Args[1] {
	case "server":
		session, err := yamux.Server(stdio{}, nil)
		check(err)
		serve(session)
	case "client":
		session, err := yamux.Client(stdio{}, nil)
		check(err)
		ask(session)
		fmt.Fprintln(os.Stderr, "ok")
		check(session.Close())
	default:
		check(fmt.Errorf("say server or client, not %q", os.Args[1]))
	}
}

func serve(session *yamux.Session) {
	for {
		stream, err := session.AcceptStream()
		if err != nil {
			return
		}
		go answer(session, stream)
	}
}

// answer does what the first byte of a stream asks for. A stream that ends early is the test's
// doing, so errors only end it.
func answer(session *yamux.Session, stream *yamux.Stream) {
	defer stream.Close()
	command := make([]byte, 1)
	if _, err := io.ReadFull(stream, command); err != nil {
		return
	}
	switch command[0] {
	case 'e': // Echo to the end.
		io.Copy(stream, stream)
	case 'n': // Count to the end, and say how many bytes there were.
		count, err := io.Copy(io.Discard, stream)
		if err == nil {
			binary.Write(stream, binary.BigEndian, uint64(count))
		}
	case 'g': // Give as many bytes as are asked for.
		var count uint64
		if binary.Read(stream, binary.BigEndian, &count) == nil {
			io.CopyN(stream, pattern{}, int64(count))
		}
	case 'p': // Ping.
		if _, err := session.Ping(); err == nil {
			stream.Write([]byte("ok"))
		}
	case 'o': // Open a stream the other way and echo its first four bytes.
		back, err := session.OpenStream()
		if err != nil {
			return
		}
		defer back.Close()
		word := make([]byte, 4)
		if _, err := io.ReadFull(back, word); err == nil {
			back.Write(word)
			stream.Write([]byte("ok"))
		}
	case 'a': // Accept no more streams.
		if session.GoAway() == nil {
			stream.Write([]byte("ok"))
		}
	case 'l': // Leave without a word.
		os.Exit(0)
	}
}

// pattern is an endless source of bytes that are 7.
type pattern struct{}

func (pattern) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 7
	}
	return len(b), nil
}

// ask wants everything on 300 streams echoed; the other side accepts and echoes.
func ask(session *yamux.Session) {
	var wait sync.WaitGroup
	for i := 0; i < 300; i++ {
		wait.Add(1)
		go func(seed int64) {
			defer wait.Done()
			random := rand.New(rand.NewSource(seed))
			sent := make([]byte, random.Intn(200000))
			random.Read(sent)
			stream, err := session.OpenStream()
			check(err)
			go func() {
				_, err := stream.Write(sent)
				check(err)
			}()
			got := make([]byte, len(sent))
			_, err = io.ReadFull(stream, got)
			check(err)
			if !bytes.Equal(sent, got) {
				check(fmt.Errorf("stream %d: the echo differs", stream.StreamID()))
			}
			check(stream.Close())
			// Go reads no more once it has closed, so the other side's end is not seen here.
		}(int64(i))
	}
	wait.Wait()
	_, err := session.Ping()
	check(err)
	check(session.GoAway())
}
