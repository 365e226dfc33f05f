# iacscan: what people who work on it run. `make` alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GOLANGCI_LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
FUZZTIME ?= 20s
# The race detector needs a C compiler; without one the same tests run without it.
RACE     ?= $(if $(shell command -v gcc || command -v clang),-race)
# This module, and the modules within the repository that keep heavy dependencies out of it.
MODULES  := . $(patsubst %/go.mod,%,$(wildcard */*/go.mod))

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/iacscan
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/iacscan ./cmd/iacscan

# plugin.yaml for an archive that has the binary beside it: Trivy installs such an archive without a download.
bin/plugin.yaml: plugin.yaml
	@mkdir -p bin
	@sed '/^platforms:/,$$d' $< > $@
	@printf '%s\n' 'platforms:' '  - selector: {os: windows}' '    uri: ./iacscan.exe' '    bin: ./iacscan.exe' '  - uri: ./iacscan' '    bin: ./iacscan' >> $@

.PHONY: trivy-plugin
trivy-plugin: build bin/plugin.yaml ## pack bin/iacscan as a plugin that Trivy installs: bin/trivy-plugin.tar.gz
	tar -czf bin/trivy-plugin.tar.gz LICENSE -C bin plugin.yaml iacscan

.PHONY: test
test: ## vet and test every module, with the race detector where there is a C compiler
	@for module in $(MODULES); do echo "== $$module"; (cd "$$module" && go vet ./... && go test $(RACE) ./...); done

.PHONY: lint
lint: ## format check and linters
	@for module in $(MODULES); do echo "== $$module"; (cd "$$module" && $(GOLANGCI_LINT) run --allow-parallel-runners --config '$(CURDIR)/.golangci.yml' ./...); done

.PHONY: fmt
fmt: ## format the code as lint wants it
	@for module in $(MODULES); do (cd "$$module" && $(GOLANGCI_LINT) fmt --config '$(CURDIR)/.golangci.yml'); done

.PHONY: e2e
e2e: build ## run the built binary against real consumers of its output (CONTRIBUTING.md lists what it needs)
	@for script in e2e/*.sh; do echo "== $$script"; bash "$$script"; done

.PHONY: release-check
release-check: ## check the release configuration (builds goreleaser, which takes minutes)
	go run github.com/goreleaser/goreleaser/v2@v2.15.0 check

.PHONY: bench
bench: build ## benchmarks, and the wall time of a cold start
	go test -run '^$$' -bench . -benchmem ./...
	bash bench/coldstart.sh bin/iacscan

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (20s)
	@for package in $$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...); do \
		for target in $$(go test -list '^Fuzz' "$$package" | grep '^Fuzz' || true); do \
			echo "== $$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package"; \
		done; \
	done

.PHONY: new-check
new-check: ## write the files of a new check: make new-check ID=SMN-999 SLUG=my-check
	@go run ./internal/newcheck '$(ID)' '$(SLUG)'

.PHONY: docs
docs: ## write docs/checks from the checks
	@go run ./internal/checkdocs
