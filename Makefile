# Jacobian Chain. `make demo` and `make test` are all a newcomer needs; both
# install what is missing, say so, and leave alone what is there.

SHELL := /bin/sh
SWIFT ?= swift

# Homebrew keeps OpenBLAS out of pkg-config's default path.
BREW_OPENBLAS := $(shell command -v brew >/dev/null 2>&1 && brew --prefix openblas 2>/dev/null)
ifneq ($(BREW_OPENBLAS),)
export PKG_CONFIG_PATH := $(BREW_OPENBLAS)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

# It has no file for GLPK: the compiler and the linker have to be told.
BREW_GLPK := $(shell command -v brew >/dev/null 2>&1 && brew --prefix glpk 2>/dev/null)
ifneq ($(BREW_GLPK),)
export CPATH := $(BREW_GLPK)/include$(if $(CPATH),:$(CPATH))
export LIBRARY_PATH := $(BREW_GLPK)/lib$(if $(LIBRARY_PATH),:$(LIBRARY_PATH))
endif

# SwiftPM names a package's traits in the order of a set, another one in each process,
# and compiles everything anew when it differs; so its hashes are to be the same.
BUILD := SWIFT_DETERMINISTIC_HASHING=1 $(SWIFT) build
STRICT := --explicit-target-dependency-import-check error
JCHAIN := $(SWIFT) run -c release --skip-build jchain
LINTED := Package.swift Sources Tests bench

.PHONY: help demo test build libjchain libjchain_run test-libjchain \
  run-with-libjchain install uninstall test-installed deps check-swift lint format fuzz bench \
  bench-report bench-smoke bench-swift bench-python peers wheel sdist \
  python-environment python-test run-pytest sanitize sanitize-thread sanitize-address clean

help:
	@echo 'make demo         build, plan and run an autoencoder, write demo/autoencoder.html'
	@echo 'make test         build everything and run all tests'
	@echo 'make libjchain    the C library, .build/libjchain/libjchain.so; needs nothing but Swift'
	@echo 'make libjchain_run    the same with the engine that runs plans'
	@echo 'make test-libjchain   build it, and run C, C++ and Fortran programs that use it'
	@echo 'make install      command, library, man pages and completions, into PREFIX=/usr/local'
	@echo 'make uninstall    remove them again'
	@echo 'make deb          Debian packages of it, in .build/packages/debian'
	@echo 'make archive      the command and its manual, to be unpacked on any Linux'
	@echo 'make docs         the documentation as a site, in .build/docs/site'
	@echo 'make test-installed   try all that is installed from in a bare Debian 12'
	@echo 'make wheel        the Python package with its library, in .build/wheels'
	@echo 'make python-test  install that wheel into an environment and run its tests'
	@echo 'make sanitize     run the tests of threads and memory under the sanitizers'
	@echo 'make fuzz         look for inputs that break a reader (READER=name for one,'
	@echo '                  SECONDS=n for each, ASAN=1 with the address sanitizer)'
	@echo 'make lint         check formatting, style, and that kernels compile for arm64'
	@echo 'make format       rewrite the sources in the house format'
	@echo 'make bench        measure this machine into bench/results (SUITE=name for one,'
	@echo '                  SUITE=smoke for a minute of everything); goes on after a kill'
	@echo 'make bench-report bench/report.html from the results on record'
	@echo 'make bench-smoke  small cases only and without building peers, as CI does'
	@echo 'make peers        what it is held against: C++, and Python in .build/peers/venv'
	@echo 'make deps         install OpenBLAS, GLPK, zlib and pkg-config when they are missing'
	@echo 'make clean        remove build products and demo/'

demo: deps
	@echo '==> building jchain (release); this takes minutes the first time'
	@$(BUILD) -c release $(STRICT) --product jchain
	@mkdir -p demo
	@echo '==> jchain run problems/workloads/w01-autoencoder-600.json'
	@$(JCHAIN) run problems/workloads/w01-autoencoder-600.json \
	  --output demo/autoencoder.html
	@echo '==> where nothing is gained: jchain plan problems/workloads/w12-classifier-784.json'
	@$(JCHAIN) plan problems/workloads/w12-classifier-784.json
	@echo '==> wrote demo/autoencoder.html, open it in a browser:'
	@echo "    file://$$(pwd)/demo/autoencoder.html"
	@echo '==> more of it: export PATH="$$PWD/.build/release:$$PATH"; jchain --help'

# What is tested is optimised, with its assertions (Package.swift): a build of its own,
# which spares the debug build from being made anew each time.
TESTED_BUILD := .build-tested

.PHONY: tested
tested: deps
	@echo '==> building everything, tests included; minutes the first time'
	@JCHAIN_TESTED=1 $(BUILD) --build-tests $(STRICT) --scratch-path $(TESTED_BUILD)

test: tested
	@echo '==> running all tests'
	@JCHAIN_TESTED=1 $(SWIFT) test --skip-build --disable-xctest --scratch-path $(TESTED_BUILD)
	@$(MAKE) --no-print-directory python-test

build: deps
	@$(BUILD) $(STRICT)

# The C libraries: `make libjchain` leaves .build/libjchain/libjchain.so (.dylib on
# macOS), stripped, a file and not a link; `make libjchain_run` the one that runs plans,
# too. It takes nothing but Swift to build them, and not even that to run them. A build of
# their own, because everything in them is compiled without GLPK and zlib, and with
# Swift's library inside.
LIB := .build/libjchain
PACKAGING := Sources/CJacobianChain/packaging
LIB_HEADERS := $(wildcard Sources/CJacobianChain/include/*.h)
LIB_VERSION := $(shell sed -n 's/.*define JC_VERSION "\(.*\)"/\1/p' $(LIB_HEADERS))
# Before 1.0 a minor version may change functions.
LIB_SERIES := $(basename $(LIB_VERSION))
LIB_BUILD := -c release --scratch-path .build/library --disable-default-traits \
  -Xswiftc -static-stdlib

# The names of library $(1): as it is linked with, as it is looked for, and in full.
ifeq ($(shell uname -s),Darwin)
lib_name = $(1).dylib
lib_soname = $(1).$(LIB_SERIES).dylib
lib_full = $(1).$(LIB_VERSION).dylib
lib_link = -Xlinker -install_name -Xlinker @rpath/$(lib_soname) \
  -Xlinker -exported_symbol -Xlinker '_jc_*'
LIB_STRIP := strip -x
else
lib_name = $(1).so
lib_soname = $(1).so.$(LIB_SERIES)
lib_full = $(1).so.$(LIB_VERSION)
lib_link = -Xlinker -soname=$(lib_soname) -Xlinker --gc-sections \
  -Xlinker --version-script=$(PACKAGING)/jchain.map -Xlinker -z -Xlinker nodelete
LIB_STRIP := strip --strip-unneeded
endif

# `@c` came with it.
SWIFT_VERSION = $(shell $(SWIFT) --version 2>/dev/null | \
  sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
TOO_OLD = $(filter 6.2,$(SWIFT_VERSION))

libjchain: PRODUCT := CJacobianChain
libjchain_run: PRODUCT := CJacobianChainRun
libjchain libjchain_run: check-swift
	@$(if $(TOO_OLD),echo '$@ needs Swift 6.3: install it from https://www.swift.org/install' >&2; exit 1)
	@echo '==> building $@ $(LIB_VERSION) (release)'
	@$(BUILD) $(LIB_BUILD) --product $(PRODUCT) $(call lib_link,$@)
	@mkdir -p $(LIB)
	@$(LIB_STRIP) -o $(LIB)/$(call lib_name,$@) \
	  .build/library/release/$(call lib_name,lib$(PRODUCT))
	@ln -sf $(call lib_name,$@) $(LIB)/$(call lib_soname,$@)

# Against the command, which is another build of the same rooms.
test-libjchain: deps
	@$(if $(TOO_OLD),echo 'skipped: libjchain needs Swift 6.3',$(MAKE) --no-print-directory run-with-libjchain)

run-with-libjchain: libjchain libjchain_run
	@$(BUILD) -c release $(STRICT) --product jchain
	@Tests/CJacobianChainTests/Programs/run $(LIB) .build/release/jchain

# What is installed needs no Swift: its library is inside. DESTDIR stages, as packagers
# do. INSTALL_FLAGS=--disable-default-traits leaves GLPK and zlib out of the command.
PREFIX ?= /usr/local
override PREFIX := $(abspath $(PREFIX))
INSTALL_FLAGS ?=
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
LIBRARIES := libjchain libjchain_run
PACKAGED := pkgconfig/jchain.pc pkgconfig/jchain_run.pc \
  cmake/jchain/jchainConfig.cmake cmake/jchain/jchainConfigVersion.cmake
INSTALLED := $(BINDIR)/jchain $(addprefix $(INCLUDEDIR)/,$(notdir $(LIB_HEADERS))) \
  $(addprefix $(LIBDIR)/,$(PACKAGED) $(foreach name,$(LIBRARIES), \
    $(call lib_name,$(name)) $(call lib_soname,$(name)) $(call lib_full,$(name)))) \
  $(DATADIR)/bash-completion/completions/jchain \
  $(DATADIR)/zsh/site-functions/_jchain \
  $(DATADIR)/fish/vendor_completions.d/jchain.fish
COMMAND := .build/install/release/jchain

# The manual of the command in the build folder $(1), of the date of the newest commit;
# and what is installed of it, with completions, which are read and not run, into the
# folder $(2).
COMMIT_DAY = $(shell git log -1 --format=%cs 2>/dev/null || date +%F)
write_manual = echo '==> writing its manual' && \
  $(BUILD) -c release --scratch-path $(1)/manual --product generate-manual \
    --package-path $(1)/checkouts/swift-argument-parser && \
  rm -rf $(1)/manual/pages $(1)/manual/man1 && \
  mkdir -p $(1)/manual/pages $(1)/manual/man1 && \
  $(1)/manual/release/generate-manual $(1)/release/jchain --multi-page --section 1 \
    --date $(COMMIT_DAY) --output-directory $(1)/manual/pages && \
  for page in $(1)/manual/pages/*.1; do \
    name=$$(basename $$page | sed 's/^jchain\.\(.*\)\.1$$/jchain-\1.1/'); \
    sed -f Sources/packaging/manual.sed $$page >$(1)/manual/man1/$$name || exit 1; \
  done
install_manual = mkdir -p $(addprefix $(2)/,man/man1 bash-completion/completions \
    zsh/site-functions fish/vendor_completions.d) && \
  install -m 644 $(1)/manual/man1/*.1 $(2)/man/man1 && \
  $(foreach pair,bash:bash-completion/completions/jchain zsh:zsh/site-functions/_jchain \
    fish:fish/vendor_completions.d/jchain.fish, \
    $(1)/release/jchain --generate-completion-script $(firstword $(subst :, ,$(pair))) | \
    sed '1{/^\#!/d;}' >$(2)/$(lastword $(subst :, ,$(pair))) &&) true

FILLED := sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
  -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@VERSION@|$(LIB_VERSION)|' \
  -e 's|@MAJOR@|$(basename $(LIB_SERIES))|' \
  -e 's|@MINOR@|$(patsubst .%,%,$(suffix $(LIB_SERIES)))|' \
  $(foreach name,$(LIBRARIES),-e 's|@$(name)@|$(call lib_full,$(name))|' \
    -e 's|@$(name)-soname@|$(call lib_soname,$(name))|')

install: deps libjchain libjchain_run
	@echo '==> building jchain (release, with Swift inside)'
	@$(BUILD) -c release --scratch-path .build/install --static-swift-stdlib \
	  $(INSTALL_FLAGS) --product jchain
	@$(call write_manual,.build/install)
	@echo '==> installing into $(DESTDIR)$(PREFIX)'
	@mkdir -p $(addprefix $(DESTDIR),$(sort $(dir $(INSTALLED))))
	@$(LIB_STRIP) -o $(DESTDIR)$(BINDIR)/jchain $(COMMAND)
	@install -m 644 $(LIB_HEADERS) $(DESTDIR)$(INCLUDEDIR)
	@$(foreach name,$(LIBRARIES),install -m 755 $(LIB)/$(call lib_name,$(name)) \
	    $(DESTDIR)$(LIBDIR)/$(call lib_full,$(name)); \
	  for link in $(call lib_soname,$(name)) $(call lib_name,$(name)); do \
	    ln -sf $(call lib_full,$(name)) $(DESTDIR)$(LIBDIR)/$$link; \
	  done;)
	@for file in $(PACKAGED); do \
	  $(FILLED) $(PACKAGING)/$${file##*/}.in >$(DESTDIR)$(LIBDIR)/$$file; \
	done
	@$(call install_manual,.build/install,$(DESTDIR)$(DATADIR))

uninstall:
	rm -f $(addprefix $(DESTDIR),$(INSTALLED)) \
	  $(DESTDIR)$(DATADIR)/man/man1/jchain.1 $(DESTDIR)$(DATADIR)/man/man1/jchain-*.1

# What users get, where there is no Swift: takes root and mmdebstrap.
test-installed: wheel archive deb
	@Tests/InstalledTests/run '$(ROOT_FILES)'

# A Debian that is there already, as mmdebstrap makes it (root.tar).
ROOT_FILES ?=

include Sources/packaging/packages.mk Sources/packaging/docs.mk

# Data races, then stray memory, where threads and pointers are: each in a build of
# its own, optimised as tests are; otherwise they take hours.
SANITIZED := JacobianChainTests|ChainSolversTests|ChainExecutorTests
SCRATCH_thread := .build-tsan
SCRATCH_address := .build-asan

sanitize: sanitize-thread sanitize-address

sanitize-thread sanitize-address: sanitize-%: deps
	@echo '==> building everything for the $* sanitizer'
	@JCHAIN_TESTED=1 $(BUILD) --build-tests --sanitize=$* --scratch-path $(SCRATCH_$*)
	@echo '==> $(SANITIZED) under the $* sanitizer'
	@JCHAIN_TESTED=1 $(SWIFT) test --skip-build --disable-xctest --sanitize=$* \
	  --scratch-path $(SCRATCH_$*) --filter '$(SANITIZED)'

# The Python package is tested as users get it: the wheel, in an environment of its
# own, with JAX where EXTRAS=jax asks for it. JCHAIN_LIBRARY=path takes a library that
# is there.
PYTHON ?= python3
EXTRAS ?=
ENVIRONMENT = .build/python$(shell $(PYTHON) -c \
  'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
PIP = $(ENVIRONMENT)/bin/python -m pip --disable-pip-version-check
PYTEST = env -u JCHAIN_LIBRARY OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
  JAX_PLATFORMS=cpu \
  $(ENVIRONMENT)/bin/python -m pytest -q --numprocesses=auto --maxprocesses=4 \
  --dist=worksteal

# What pip does, once more when it fails.
INSTALL = install() { $(PIP) install --quiet "$$@" || { \
  echo '==> trying once more' >&2; sleep 5; $(PIP) install --quiet "$$@"; }; }

python-environment:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo '$(PYTHON) is missing or older than 3.10' >&2; exit 1; }
	@$(PYTHON) -m venv $(ENVIRONMENT)
	@$(INSTALL); install 'hatchling>=1.27'

wheel: python-environment $(if $(JCHAIN_LIBRARY),,libjchain)
	@echo '==> building the wheel'
	@rm -rf .build/wheels
	@JCHAIN_LIBRARY=$(or $(JCHAIN_LIBRARY),$(LIB)/$(call lib_name,libjchain)) $(PIP) wheel --quiet \
	  --no-deps --no-build-isolation --wheel-dir .build/wheels .
	@ls .build/wheels

# Builds the library where it is installed.
sdist: python-environment
	@$(ENVIRONMENT)/bin/python -m hatchling build --target sdist --directory .build/sdist

python-test:
	@if [ -n '$(if $(JCHAIN_LIBRARY),,$(TOO_OLD))' ]; then \
	  echo 'skipped: Python tests, libjchain needs Swift 6.3'; \
	elif ! $(MAKE) --no-print-directory python-environment; then \
	  echo 'skipped: Python tests, no environment: they need $(PYTHON) 3.10 or newer,'; \
	  echo '         its venv (apt-get install python3-venv) and packages from PyPI'; \
	else \
	  $(MAKE) --no-print-directory wheel run-pytest; \
	fi

run-pytest:
	@$(INSTALL); wheel=$$(ls .build/wheels/*.whl); \
	$(PIP) install --quiet --force-reinstall --no-deps "$$wheel" || exit 1; \
	install "$$wheel[test]" || { \
	  echo 'skipped: Python tests, numpy, scipy or pytest cannot be installed'; exit 0; }; \
	for extra in $(EXTRAS); do \
	  install "$$wheel[$$extra]" || echo "skipped: $$extra, it cannot be installed"; \
	done; \
	echo '==> pytest, on the wheel'; \
	$(ENVIRONMENT)/bin/python -c 'import jax' 2>/dev/null || \
	  without="--ignore-glob=*/jacobian_chain/jax/README.md"; \
	$(PYTEST) Tests/jacobian_chain README.md --doctest-glob=README.md --doctest-modules \
	  --doctest-ignore-import-errors $$without --pyargs jacobian_chain

# Measurements are of what everybody builds; TUNED=1 lets the compiler use all that
# this processor can do.
TUNE := $(if $(TUNED),-Xcc -march=native)
BENCH_BUILD := -c release --scratch-path .build-bench $(TUNE)

# One suite with SUITE=name, a minute of everything with SUITE=smoke.
SUITE ?=
BENCH_CHOICE := $(if $(filter smoke,$(SUITE)),--smoke,$(addprefix --suite ,$(SUITE)))
SMOKE_REPORT := --results .build/bench-smoke --output .build/bench-smoke
BENCH_REPORT := $(if $(filter smoke,$(SUITE)),$(SMOKE_REPORT),--readme README.md)

# The suite `python` is measured by Python alone, on the library of this tree.
PYTHON_BENCH := bench/results/python.csv

bench: $(if $(filter python,$(SUITE)),bench-python,$(if $(SUITE),,bench-python) bench-swift)

bench-python: libjchain peers
	@echo '==> $(PYTHON_BENCH)'
	@JCHAIN_LIBRARY=$(LIB)/$(call lib_name,libjchain) PYTHONPATH=Sources \
	  $(PEERS)/venv/bin/python bench/python/race.py --output $(PYTHON_BENCH)
	@$(PEERS)/venv/bin/python bench/python/table.py $(PYTHON_BENCH) \
	  Sources/jacobian_chain/jax/README.md

bench-swift: deps peers
	@echo '==> building jchain-bench (release $(TUNE))'
	@$(BUILD) $(BENCH_BUILD) $(STRICT) --product jchain-bench
	@echo '==> jchain-bench run $(BENCH_CHOICE)'
	@$(if $(filter --smoke,$(BENCH_CHOICE)),rm -rf .build/bench-smoke)
	@$(SWIFT) run $(BENCH_BUILD) --skip-build jchain-bench run $(BENCH_CHOICE)
	@$(SWIFT) run $(BENCH_BUILD) --skip-build jchain-bench report $(BENCH_REPORT)

bench-report: deps
	@$(BUILD) $(BENCH_BUILD) --product jchain-bench
	@$(SWIFT) run $(BENCH_BUILD) --skip-build jchain-bench report --readme README.md

bench-smoke: deps
	@echo '==> building jchain-bench (release)'
	@$(BUILD) -c release $(STRICT) --product jchain-bench
	@echo '==> jchain-bench --smoke'
	@rm -rf .build/bench-smoke
	@$(SWIFT) run -c release --skip-build jchain-bench --smoke
	@$(SWIFT) run -c release --skip-build jchain-bench report $(SMOKE_REPORT)

# Peers are held against, never needed: what can't be had is left out, visibly.
PEERS := .build/peers

peers: $(PEERS)/matrix-chain $(PEERS)/venv/installed

$(PEERS)/matrix-chain: bench/peers/matrix-chain.cpp
	@mkdir -p $(@D)
	@c++ -O3 -march=native -o $@ $< || echo 'skipped: C++ peers, no compiler'

# All at once, or, where one can't be had, each for itself.
$(PEERS)/venv/installed: bench/peers/requirements.txt
	@mkdir -p $(PEERS)
	@echo '==> Python peers: $(PEERS)/venv'
	@if ! $(PYTHON) -m venv $(PEERS)/venv; then \
	  echo 'skipped: Python peers, $(PYTHON) -m venv fails (apt-get install python3-venv)'; \
	else \
	  pip="$(PEERS)/venv/bin/python -m pip install --quiet --disable-pip-version-check"; \
	  $$pip -r $< || grep -v '^#' $< | while read -r peer; do \
	    $$pip "$$peer" || echo "skipped: $$peer, can't be installed"; \
	  done; \
	  touch $@; \
	fi

# Every reader of bytes that come from strangers, guided by coverage (libFuzzer,
# which the toolchains of Linux have). What it finds interesting stays in
# .build-fuzz/corpus, what breaks a reader in .build-fuzz/found.
READERS := json problem shapes mtx npy plan admission jcdp
READER ?= $(READERS)
SECONDS ?= 30
ASAN ?=
comma := ,
FUZZ := .build-fuzz$(if $(ASAN),-asan)
FUZZ_FLAGS := -sanitize=$(if $(ASAN),address$(comma))fuzzer
FUZZ_ROOMS := JacobianChain ChainMemory ChainFormats ChainFuzzing

fuzz: deps
	@mkdir -p $(FUZZ)
	@if ! echo '@_cdecl("LLVMFuzzerTestOneInput") public func f() {}' | \
	    $(SWIFT)c -sanitize=fuzzer -parse-as-library -o $(FUZZ)/probe - \
	    >/dev/null 2>&1; then \
	  echo 'skipped: fuzzing, this toolchain has no libFuzzer'; \
	  exit 0; \
	fi; \
	echo '==> building the readers for libFuzzer'; \
	$(BUILD) -c release --scratch-path $(FUZZ) -Xswiftc $(FUZZ_FLAGS) \
	  --target ChainFuzzing || exit 1; \
	$(SWIFT)c $(FUZZ_FLAGS) -use-ld=lld -o $(FUZZ)/jchain-fuzz -lm -lz \
	  $(FUZZ_ROOMS:%=$(FUZZ)/release/%.build/*.o) || exit 1; \
	for reader in $(READER); do \
	  Tests/Fuzzing/fuzz $(FUZZ) $$reader $(SECONDS) || exit 1; \
	done

# Kernels of processors that this machine is not are compiled, at least.
CLANG ?= $(or $(wildcard $(dir $(shell command -v $(SWIFT)))clang),clang)
KERNELS := Sources/CChainKernels

lint: check-swift
	@echo '==> swift format lint --strict'
	@$(SWIFT) format lint --strict -r $(LINTED)
	@for tool in 'ruff check' 'ruff format --check' mypy; do \
	  if command -v $${tool%% *} >/dev/null 2>&1; then \
	    echo "==> $$tool"; $$tool || exit 1; \
	  else \
	    echo "skipped: $$tool (pip install $${tool%% *})"; \
	  fi; \
	done
	@echo '==> $(KERNELS) for arm64'
	@$(CLANG) --target=aarch64-linux-gnu -ffreestanding -fsyntax-only -Wall -Wextra \
	  -Werror -I $(KERNELS)/include $(KERNELS)/*.c

format: check-swift
	@$(SWIFT) format --in-place -r $(LINTED)

clean:
	rm -rf .build .build-tested .build-bench .build-fuzz .build-fuzz-asan .build-tsan .build-asan demo

# Swift 6.2 or newer is the user's to install: there is no one right way.
check-swift:
	@command -v $(SWIFT) >/dev/null 2>&1 || { \
	  echo 'Swift is missing: install Swift 6.2 or newer from https://www.swift.org/install' >&2; \
	  exit 1; }
	@version=$$($(SWIFT) --version 2>/dev/null | \
	    sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1); \
	  major=$${version%%.*}; minor=$${version#*.}; \
	  if [ "$${major:-0}" -lt 6 ] || { [ "$$major" -eq 6 ] && [ "$$minor" -lt 2 ]; }; then \
	    echo "Swift $${version:-of unknown version} is too old: install 6.2 or newer from https://www.swift.org/install" >&2; \
	    exit 1; \
	  fi

# The benchmark is held against OpenBLAS; pkg-config tells Swift where it is. GLPK, which
# has no pkg-config file, solves linear programs; zlib reads compressed files.
deps: check-swift
	@if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists openblas && \
	    printf '#include <glpk.h>\n#include <zlib.h>\n' | cc -E - >/dev/null 2>&1; then \
	  exit 0; \
	fi; \
	if command -v apt-get >/dev/null 2>&1; then \
	  sudo=; \
	  if [ "$$(id -u)" -ne 0 ]; then \
	    sudo=sudo; \
	    command -v sudo >/dev/null 2>&1 || { \
	      echo 'OpenBLAS, GLPK or zlib is missing: as root, apt-get install libopenblas-dev libglpk-dev zlib1g-dev pkg-config' >&2; \
	      exit 1; }; \
	  fi; \
	  echo "==> installing libopenblas-dev, libglpk-dev, zlib1g-dev and pkg-config ($${sudo:+sudo }apt-get)"; \
	  install() { \
	    $$sudo apt-get update -qq && \
	    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	      --no-install-recommends libopenblas-dev libglpk-dev zlib1g-dev pkg-config >/dev/null; \
	  }; \
	  install || { echo '==> trying once more' >&2; sleep 5; install; } || exit 1; \
	elif command -v brew >/dev/null 2>&1; then \
	  echo '==> installing openblas, glpk, zlib and pkgconf (brew)'; \
	  brew install openblas glpk zlib pkgconf || exit 1; \
	else \
	  echo 'OpenBLAS, GLPK or zlib is missing: install their development files (with openblas.pc)' >&2; \
	  echo 'and pkg-config with the package manager of this system, then run make again.' >&2; \
	  exit 1; \
	fi
