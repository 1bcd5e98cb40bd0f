# The map: `make help`. What the targets do is in cluster/ (Python's standard library only) and pyproject.toml.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
CLUSTER := $(PYTHON) -m cluster
BIN := .venv/bin
GO_MODULES := images/runner images/go/compile
export NODES GVISOR KWOK CODEEXEC_CONTEXT

##@ Develop
.PHONY: setup lint format crds rules-doc clean
setup: ## .venv with everything that pyproject.toml names
	@$(CLUSTER) venv

lint: setup ## ruff, mypy, import contracts, gofmt, go vet
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict cluster
	$(BIN)/lint-imports
	for module in $(GO_MODULES); do $(CLUSTER) go vet -C $$module ./...; done
	@$(CLUSTER) gofmt -l $(GO_MODULES) cluster/modules | (! grep .)

format: setup ## the one format for Python and Go
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(CLUSTER) gofmt -w $(GO_MODULES) cluster/modules

crds: setup ## crds/ from the models
	$(BIN)/python -m codeexec.models.crd crds/

rules-doc: setup ## docs/rules.md from the validator's rules
	$(BIN)/python -m codeexec.validation.document > docs/rules.md

clean: ## what was made in this checkout; the cluster and its cache stay
	rm -rf .venv .build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

##@ Test
.PHONY: test test-unit images-test test-cluster matrix bench
test: ## everything: unit tests, the images', then the cluster's on a cluster made for them
	@$(MAKE) --no-print-directory test-unit
	@$(MAKE) --no-print-directory images-test
	@$(MAKE) --no-print-directory test-cluster

test-unit: setup ## minutes, no cluster: all that is ours, and what static validation finds and survives
	for module in $(GO_MODULES); do $(CLUSTER) go test -C $$module ./...; done
	$(BIN)/pytest tests/unit tests/validation

images-test: setup ## every language in its image by itself; prints sizes and times
	@$(CLUSTER) images
	$(BIN)/pytest tests/images

test-cluster: setup deploy ## on the cluster, the operator of this checkout deployed
	eval "$$($(CLUSTER) env)" && $(BIN)/pytest tests/cluster tests/attack tests/matrix tests/chaos

matrix: setup deploy ## every language and what its programs can come to; writes the table in docs/languages.md
	eval "$$($(CLUSTER) env)" && $(BIN)/pytest tests/matrix --write-matrix

bench: setup deploy ## measures; prints JSON
	eval "$$($(CLUSTER) env)" && $(BIN)/python -m bench

##@ Cluster (NODES=3, GVISOR=1, KWOK=1; CODEEXEC_CONTEXT=name uses yours)
.PHONY: cluster-up cluster-down images deploy demo kubeconfig env
cluster-up: ## a proven Kubernetes with our images: installs, builds, starts what is missing
	@$(CLUSTER) up

cluster-down: ## nothing left but the cache
	@$(CLUSTER) down

images: ## the runner, one image for each toolchain, the operator; prints their names
	@$(CLUSTER) images

deploy: cluster-up ## the operator into the cluster, rolled out
	@$(CLUSTER) deploy

demo: deploy ## a first program from YAML to verdict
	@$(CLUSTER) demo

kubeconfig: ## prints the path of the kubeconfig in use
	@$(CLUSTER) kubeconfig

env: ## KUBECONFIG, PATH and DOCKER_HOST as shell lines, for eval
	@$(CLUSTER) env

.PHONY: help
help: ## this
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
