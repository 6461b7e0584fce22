# `make help` says what there is. Each recipe is one script or one command.
.POSIX:
.PHONY: help build plugin plugin-install demo docs test newer-libssh2 sanitize soak fuzz bench lint up \
    down clean

help: ## this text
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' Makefile | expand -t 16

build: ## release products in .build/release/
	@scripts/build

plugin: build ## the same; the plugin for Packer is .build/release/packer-plugin-swift

SOURCE = github.com/example/swift
plugin-install: plugin ## the plugin for Packer: in PLUGIN_DIR, or where this user's packer looks; as SOURCE
	@scripts/plugin-install "$(PLUGIN_DIR)" "$(SOURCE)"

demo: ## a script, a file and a directory arrive over SSH, on this machine
	@scripts/demo

docs: ## pages of the libraries' declarations: .build/docs/*.doccarchive
	@scripts/docs

test: ## all checks and tests, against real SSH servers in containers
	@scripts/test

newer-libssh2: ## the communicators' tests against Debian 13's libssh2, as root
	@scripts/test-newer-libssh2

sanitize: ## all tests but those of the programs, under the thread and the address sanitizer
	@scripts/sanitize

soak: ## what must stay true for long, a quarter of an hour; PERCENT=10 for a tenth of it
	@scripts/soak $(PERCENT)

fuzz: ## hostile input for the wire's libraries, 10,000,000 each, hours; RUNS=100000 for fewer
	@scripts/fuzz $(RUNS)

bench: ## speed beside OpenSSH, Packer and C; OPTIONS=--quick for a short look
	@scripts/bench $(OPTIONS)
	@scripts/bench-wire $(OPTIONS)
	@scripts/bench-plugin $(OPTIONS)

lint: ## format and house rules
	@scripts/lint

up: ## the SSH servers to test against, until `make down`
	@docker-test/up

down: ## remove what `make up` made
	@docker-test/down

clean: ## everything built, servers and cached images too
	@docker-test/down --all
	@rm -rf .build .build-thread .build-address Benchmarks/.build Benchmarks/Wire/.build Fuzz/.build
