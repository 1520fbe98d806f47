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
# On the site; sonic has its first page.
MODULES := Support Charts Tensor Graph Hardware Photonics ISA Plan Simulation Compiler Passes \
  ONNXFrontend JSONFrontend SONICBackend Viewer Physics Reproduction Exploration sonic
PAGES := ISA Passes Operators Commands

.PHONY: .build/exploration demo test conformance conformance-check broken operator models tasks bench guard reference reference-check reproduction reproduction-check physics physics-check noise exploration exploration-check browser site tutorial format-check install setup build clean

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

# Pages of inspect --format html in headless Chromium; screenshots are left in .build/browser.
browser: build
	Tests/Browser/run.sh $(SONIC)

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

# The paper's evaluation done again: Docs/Reproduction.md and its pictures.
REPRODUCTION := Reproduction.md reproduction.svg reproduction-fps-per-watt.svg reproduction-energy-per-bit.svg
reproduction: build
	$(SONIC) reproduce --output-dir .build/reproduction
	for file in $(REPRODUCTION); do cp .build/reproduction/$$file Docs; done

# Fails where that page and its pictures are not what comes out.
reproduction-check: build
	$(SONIC) reproduce --output-dir .build/reproduction
	for file in $(REPRODUCTION); do diff -u Docs/$$file .build/reproduction/$$file; done

# What the physics of the devices allows: Docs/Physics.md and its charts.
physics: build
	$(SONIC) physics --output-dir Docs

# Fails where that page, or a chart, is not what comes out.
physics-check: build
	$(SONIC) physics --output-dir .build/physics
	for file in .build/physics/*; do diff -u Docs/$${file##*/} $$file; done

# What noise costs the demo network, Docs/Noise.md and its charts: some minutes.
noise: build
	$(SONIC) compile Docs/Demo/fashion.onnx -o .build/fashion.sonic --calibrate Docs/Demo/calibration.npy
	$(SONIC) accuracy .build/fashion.sonic --images Docs/Demo/images.npy --labels Docs/Demo/labels.npy \
	  --trials 4 --output-dir Docs \
	  --sweep 'devices.vcsel.power=0.02 mW,0.05 mW,0.1 mW,0.2 mW,0.4 mW,0.8 mW,1.3 mW,2.6 mW' \
	  --sweep 'optics.quality=250,500,1000,2000,4000,8000,16000,32000,64000' \
	  --sweep 'optics.drift=0 pm,1 pm,2 pm,4 pm,8 pm,16 pm,32 pm' \
	  --sweep 'optics.intensity-noise=-160 dB/Hz,-150 dB/Hz,-140 dB/Hz,-135 dB/Hz,-130 dB/Hz,-125 dB/Hz' \
	  --sweep 'optics.weight-bits=2 bits,3 bits,4 bits,5 bits,6 bits,8 bits,16 bits' \
	  --sweep 'optics.activation-bits=2 bits,3 bits,4 bits,5 bits,6 bits,8 bits,16 bits'

EXPLORE := $(SONIC) explore --paper --space Docs/Examples/paper.space.yaml
# Searches the paper's space of designs: of the machine as it is by default, and, nearer to how the
# paper counts, with survivors packed in slices and a main memory that keeps up.
.build/exploration: build
	rm -rf $@
	mkdir -p $@
	$(EXPLORE) --page $@/Exploration-default.md --svg $@/exploration-default.svg >/dev/null
	$(EXPLORE) --pack slice --set 'memory.dram.bandwidth=0 GB/s' \
	  --page $@/Exploration-paper.md --svg $@/exploration-paper.svg >/dev/null

# The pages about that.
exploration: .build/exploration
	cp .build/exploration/* Docs

# Fails where they are not what comes out.
exploration-check: .build/exploration
	for file in $(notdir $(wildcard Docs/Exploration-* Docs/exploration-*)); do \
	  diff -u Docs/$$file .build/exploration/$$file; done

# A site of what doc comments and catalogs say, in .build/site: every module, and a tutorial. Builds
# in release, as all else does, so that nothing is compiled twice.
site: build
	swift package -c release --allow-writing-to-directory .build/site generate-documentation \
	  $(addprefix --target ,$(MODULES)) --enable-experimental-combined-documentation \
	  --symbol-graph-minimum-access-level public --experimental-skip-synthesized-symbols \
	  --fallback-default-module-kind Module --disable-indexing --transform-for-static-hosting \
	  --warnings-as-errors --output-path .build/site
	echo '<meta http-equiv="refresh" content="0; url=documentation/sonic/">' >.build/site/index.html

# Fails where the tutorial shows what its commands do not print; BLESS=--bless shows what they print.
tutorial: build
	Tests/Tutorial/run.sh $(SONIC) $(BLESS)

format-check:
	swift format lint --strict --recursive Package.swift Sources Frontends Backends Tests

# With the Swift runtime inside, so that no toolchain is needed to run it.
install: setup
	swift build -c release --product sonic --static-swift-stdlib --scratch-path .build-install
	install -D -s .build-install/release/sonic $(DESTDIR)$(PREFIX)/bin/sonic
	.ci/manual .build-install/release/sonic $(DESTDIR)$(PREFIX)

clean:
	rm -rf .build .build-install Docs/Demo/out
