// plugin-host is a host as Packer is one, made of Go's own net/rpc, ugorji's codec and hashicorp's yamux.
//
//	plugin-host KIND PROGRAM ARGUMENT...
//
// starts a plugin and answers each line of its input with a line, "ok JSON" or "error TEXT":
//
//	spec               what the component's options are, in hexadecimal
//	outputs            what a data source's values are, in hexadecimal
//	prepare JSON       prepares it with a list, in which {"json of cty": TEXT} stands for bytes
//	run                has it work: what was said, and what came out
//	cancel FILE        has it work, and cancels that once the file is there
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"os/exec"
	"strings"
	"time"
)

// services are what the methods of each kind are called.
var services = map[string]string{
	"builder": "Builder", "provisioner": "Provisioner", "post-processor": "PostProcessor",
	"datasource": "Datasource",
}

type host struct {
	kind    string
	service string
	broker  *broker
	plugin  *rpc.Client
}

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(kind string, command []string) error {
	process := exec.Command(command[0], command[1:]...)
	process.Env = append(os.Environ(),
		"PACKER_PLUGIN_MAGIC_COOKIE="+
			"d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	output, err := process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	// As Packer ends its plugins.
	defer process.Wait()
	defer process.Process.Kill()
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the plugin says nothing: %w", err)
	}
	fields := strings.SplitN(strings.TrimSpace(line), "|", 4)
	if len(fields) != 4 || fields[0] != "5" || fields[1] != "0" {
		return fmt.Errorf("no handshake since 1.7: %q", line)
	}
	connection, err := net.Dial(fields[2], fields[3])
	if err != nil {
		return err
	}
	broker, err := newBroker(connection)
	if err != nil {
		return err
	}
	stream, err := broker.dial(0)
	if err != nil {
		return err
	}
	h := &host{kind: kind, service: services[kind], broker: broker, plugin: client(stream)}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		verb, argument, _ := strings.Cut(lines.Text(), " ")
		result, err := h.answer(verb, argument)
		if err != nil {
			fmt.Printf("error %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
			continue
		}
		text, err := json.Marshal(result)
		if err != nil {
			return err
		}
		fmt.Printf("ok %s\n", text)
	}
	return lines.Err()
}

func (h *host) answer(verb, argument string) (interface{}, error) {
	switch verb {
	case "spec":
		var reply struct{ ConfigSpec []byte }
		err := h.plugin.Call(h.service+".ConfigSpec", new(interface{}), &reply)
		return hex.EncodeToString(reply.ConfigSpec), err
	case "outputs":
		var reply struct{ OutputSpec []byte }
		err := h.plugin.Call(h.service+".OutputSpec", new(interface{}), &reply)
		return hex.EncodeToString(reply.OutputSpec), err
	case "prepare":
		return nil, h.prepare(argument)
	case "run":
		return h.work()
	case "cancel":
		go func() {
			for {
				if _, err := os.Stat(argument); err == nil {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			h.plugin.Call(h.service+".Cancel", new(interface{}), new(interface{}))
		}()
		return h.work()
	}
	return nil, fmt.Errorf("%q is nothing that is done here", verb)
}

type failure struct{ Message string }

func (h *host) prepare(text string) error {
	var list []interface{}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return err
	}
	for index, element := range list {
		if object, ok := element.(map[string]interface{}); ok {
			if cty, ok := object["json of cty"].(string); ok {
				list[index] = []byte(cty)
			}
		}
	}
	method := h.service + ".Prepare"
	if h.kind == "post-processor" || h.kind == "datasource" {
		method = h.service + ".Configure"
	}
	arguments := struct{ Configs []interface{} }{list}
	if h.kind == "provisioner" || h.kind == "post-processor" {
		return h.plugin.Call(method, &arguments, new(interface{}))
	}
	var reply struct{ Error *failure }
	if err := h.plugin.Call(method, &arguments, &reply); err != nil {
		return err
	}
	if reply.Error != nil {
		return fmt.Errorf("%s", reply.Error.Message)
	}
	return nil
}

type result struct {
	Said  []string
	Id    string
	Value string
}

func (h *host) work() (*result, error) {
	id, ui := h.broker.next(), &Ui{}
	switch h.kind {
	case "provisioner":
		go h.broker.serve(id, map[string]interface{}{"Ui": ui})
		arguments := struct {
			GeneratedData map[string]interface{}
			StreamID      uint32
		}{map[string]interface{}{"ID": "i-1", "Port": 22}, id}
		err := h.plugin.Call("Provisioner.Provision", &arguments, new(interface{}))
		return &result{Said: ui.said}, err
	case "builder":
		hook := &Hook{broker: h.broker, ui: ui}
		go h.broker.serve(id, map[string]interface{}{"Ui": ui, "Hook": hook})
		var artifact uint32
		if err := h.plugin.Call("Builder.Run", id, &artifact); err != nil {
			return nil, err
		}
		return h.made(ui, artifact)
	case "post-processor":
		go h.broker.serve(id, map[string]interface{}{"Ui": ui, "Artifact": Artifact{}})
		var reply struct {
			Err                 *failure
			Keep, ForceOverride bool
			StreamId            uint32
		}
		if err := h.plugin.Call("PostProcessor.PostProcess", id, &reply); err != nil {
			return nil, err
		}
		if reply.Err != nil {
			return nil, fmt.Errorf("%s", reply.Err.Message)
		}
		return h.made(ui, reply.StreamId)
	}
	var reply struct {
		Value []byte
		Error *failure
	}
	if err := h.plugin.Call("Datasource.Execute", new(interface{}), &reply); err != nil {
		return nil, err
	}
	if reply.Error != nil {
		return nil, fmt.Errorf("%s", reply.Error.Message)
	}
	return &result{Value: hex.EncodeToString(reply.Value)}, nil
}

// made asks an artifact that came out for its name.
func (h *host) made(ui *Ui, id uint32) (*result, error) {
	r := &result{Said: ui.said}
	if id == 0 {
		return r, nil
	}
	stream, err := h.broker.dial(id)
	if err != nil {
		return nil, err
	}
	return r, client(stream).Call("Artifact.Id", new(interface{}), &r.Id)
}
