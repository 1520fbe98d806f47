# make demo    compile and run a real sparse network; nothing else is needed before
# make test    build and run all tests
# make install one executable under PREFIX, with its man page and completions
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PREFIX ?= /usr/local
# Targets may import only what Package.swift says that they depend on.
BUILD := swift build -c release --explicit-target-dependency-import-check error
SONIC := .build/release/sonic
# Draws the share of the conformance cases that make test runs.
SEED := 1
PAGES := ISA Passes Operators Commands

.PHONY: .build/exploration demo test conformance conformance-check broken operator models tasks bench guard reference reference-check reproduction reproduction-check exploration exploration-check format-check install setup build clean

setup:
	@.ci/setup

build: setup
	$(BUILD) --product sonic

demo: build
	@Docs/Demo/demo.sh $(SONIC)

test: setup
	$(BUILD) --build-tests
	swift test -c release --skip-build --explicit-target-dependency-import-check error
	Tests/Conformance/run.sh $(SONIC) --share 0.1 --seed $(SEED)
	Tests/Broken/run.sh $(SONIC) --quick

# All of ONNX's conformance cases, and their table in Docs/Conformance.md.
conformance: build
	Tests/Conformance/run.sh $(SONIC) --page Docs/Conformance.md

# Fails where that page is not what all cases say.
conformance-check: build
	Tests/Conformance/run.sh $(SONIC) --page .build/Conformance.md
	diff -u Docs/Conformance.md .build/Conformance.md

# Broken and odd models: what is said of each; make test leaves out the slow ones.
broken: build
	Tests/Broken/run.sh $(SONIC)

# Follows Docs/AddAnOperator.md in a copy of the package.
operator: setup
	Tests/AddAnOperator/run.sh

# Against onnxruntime on real models, fetched by name: ONLY=a,b for a few, all without it.
models: build
	Tests/Oracle/run.sh $(SONIC) $(ONLY)

# What compilation costs real networks on labelled tasks, and their table in Docs/Accuracy.md.
tasks: build
	@.ci/setup dataset-fashion-mnist
	Tests/environment.sh .venv Oracle
	.venv/bin/python Tests/Oracle/fetch.py .models --only tasks,magika,mtcnn-rnet,ppocr-rec
	.venv/bin/python Tests/Oracle/tasks.py $(SONIC) .models --page Docs/Accuracy.md

# Measures time and memory and writes Docs/Performance.md: ONLY=a,b for a few networks,
# SECTION=execute,compile for a few sections, all without them. Wants a quiet machine.
bench: build
	Tests/Benchmarks/run.sh $(SONIC) $(if $(ONLY),--only $(ONLY)) $(if $(SECTION),--section $(SECTION))

# Instructions and memory of small cases against committed figures; BLESS=--bless writes new ones.
guard: build
	@.ci/setup valgrind
	Tests/Benchmarks/guard.py $(SONIC) $(BLESS)

reference: build
	for page in $(PAGES); do $(SONIC) reference $${page,,} > Docs/$$page.md; done

# Fails where a generated page is not what the code says.
reference-check: build
	for page in $(PAGES); do $(SONIC) reference $${page,,} | diff -u Docs/$$page.md -; done

# The paper's evaluation done again: Docs/Reproduction.md and its picture.
reproduction: build
	$(SONIC) reproduce --output-dir .build/reproduction
	cp .build/reproduction/Reproduction.md .build/reproduction/reproduction.svg Docs

# Fails where that page is not what comes out.
reproduction-check: build
	$(SONIC) reproduce --output-dir .build/reproduction
	for file in Reproduction.md reproduction.svg; do diff -u Docs/$$file .build/reproduction/$$file; done

EXPLORE := $(SONIC) explore --paper --space Docs/Examples/paper.space.yaml
# Searches the paper's space of designs: of the machine as it is by default, and, nearer to how the
# paper counts, with survivors packed in slices and a main memory that keeps up.
.build/exploration: build
	mkdir -p $@
	$(SONIC) machines show sonic | sed 's|25.6 GB/s|0 GB/s|' >$@.yaml
	$(EXPLORE) --page $@/Exploration-default.md --svg $@/exploration-default.svg >/dev/null
	$(EXPLORE) --pack slice --machine $@.yaml \
	  --page $@/Exploration-paper.md --svg $@/exploration-paper.svg >/dev/null

# The pages about that.
exploration: .build/exploration
	cp .build/exploration/* Docs

# Fails where they are not what comes out.
exploration-check: .build/exploration
	for file in $(notdir $(wildcard Docs/Exploration-* Docs/exploration-*)); do \
	  diff -u Docs/$$file .build/exploration/$$file; done

format-check:
	swift format lint --strict --recursive Package.swift Sources Frontends Backends Tests

# With the Swift runtime inside, so that no toolchain is needed to run it.
install: setup
	swift build -c release --product sonic --static-swift-stdlib --scratch-path .build-install
	install -D -s .build-install/release/sonic $(DESTDIR)$(PREFIX)/bin/sonic
	.ci/manual .build-install/release/sonic $(DESTDIR)$(PREFIX)

clean:
	rm -rf .build .build-install Docs/Demo/out
