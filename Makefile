# greenlane - `make help` lists the targets. Everything that is built goes to build/, and nowhere else.
#
# A build has a MODE: release (default), debug (-O0 and every check), asan, ubsan, tsan, or a name of your own with
# CC and OPT given (the digest test uses that: make MODE=clang-O3 CC=clang OPT=-O3 all).
MODE ?= release
BUILD := build/$(MODE)
PACKAGES := libuv sqlite3 yaml-0.1 gsl

OPT_release := -O3 -DNDEBUG
OPT_debug := -O0 -g3 -DGREENLANE_DEBUG
OPT_asan := -O1 -g -fsanitize=address -fno-omit-frame-pointer -DGREENLANE_DEBUG
OPT_ubsan := -O1 -g -fsanitize=undefined -fno-sanitize-recover=all -DGREENLANE_DEBUG
OPT_tsan := -O1 -g -fsanitize=thread -DGREENLANE_DEBUG
OPT ?= $(or $(OPT_$(MODE)),-O2)

# V=1 shows the compiler's whole lines.
Q := $(if $(V),,@)

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith -Wno-unknown-warning-option -Wno-format-truncation -Wno-format-zero-length -Wno-missing-field-initializers -Werror
# The same bits everywhere: no fused multiply-add, no reassociation. sqrt is one instruction, errno is never read.
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -I. $(WARN) -ffp-contract=off -fno-math-errno -MMD -MP $(OPT) \
	$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null) $(CFLAGS)
ALL_LIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm -lpthread

LIB_SOURCES := $(wildcard engine/*/*.c models/*/*.c)
TOOL_SOURCES := $(filter-out tools/main.c,$(wildcard tools/*.c))
TEST_SOURCES := $(wildcard tests/test_*.c tests/faults/test_*.c tests/fuzz/test_*.c)
BENCH_SOURCES := $(wildcard tools/bench/*.c)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
TOOL_OBJECTS := $(TOOL_SOURCES:%.c=$(BUILD)/%.o)
TESTS := $(TEST_SOURCES:tests/%.c=$(BUILD)/tests/%)
BENCHES := $(BENCH_SOURCES:tools/bench/%.c=$(BUILD)/bench/%)
PROGRAM := $(BUILD)/greenlane
PREFIX ?= /usr/local
SOURCES = $(wildcard engine/*/*.[ch] models/*/*.[ch] tools/*.[ch] tools/bench/*.[ch] tests/*.[ch] tests/*/*.[ch])

.PHONY: all help
all: $(PROGRAM) ## build the command, build/release/greenlane
help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z -]*:.*## / {sub(/:.*/, "", $$1); printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Random123 is headers only and cannot tell its version at run time.
RANDOM123 = $(shell dpkg-query -W -f='$${Version}' librandom123-dev 2>/dev/null)
$(BUILD)/tools/version.o: ALL_CFLAGS += -DRANDOM123_VERSION='"$(or $(RANDOM123),of the headers that were found)"'

$(PROGRAM): $(BUILD)/tools/main.o $(BUILD)/libgreenlane.a
	$(Q)$(CC) $(OPT) -o $@ $^ $(ALL_LIBS)
$(BUILD)/libgreenlane.a: $(LIB_OBJECTS) $(TOOL_OBJECTS)
	$(Q)rm -f $@ && ar rcs $@ $^
$(BUILD)/%.o: %.c Makefile | packages
	@mkdir -p $(@D)
	@echo "  cc $<"
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/libgreenlane.a | packages-test
	$(Q)$(CC) $(OPT) -o $@ $^ $(ALL_LIBS) -lcmocka
# Its simulations break their own checks: the linker hands it every call of simulation_run.
$(BUILD)/tests/test_broken: ALL_LIBS += -Wl,--wrap=simulation_run
# Its allocations fail when told.
comma := ,
$(BUILD)/tests/faults/test_allocations: ALL_LIBS += \
	$(addprefix -Wl$(comma)--wrap=,malloc calloc realloc aligned_alloc strdup strndup free)
$(BUILD)/bench/%: $(BUILD)/tools/bench/%.o $(BUILD)/libgreenlane.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) -o $@ $^ $(ALL_LIBS)

# What is missing is named before the compiler stumbles over it. Random123 is headers alone, without a pkg-config file.
NOT_FOUND = { echo "greenlane: not found:$$missing; '$(1)' installs the Debian packages that $(2) needs" >&2; exit 1; }
.PHONY: packages packages-test
packages:
	@missing=; for p in $(PACKAGES); do pkg-config --exists $$p 2>/dev/null || missing="$$missing $$p"; done; \
	echo '#include <Random123/philox.h>' | $(CC) -E - >/dev/null 2>&1 || missing="$$missing Random123"; \
	for c in pkg-config $(firstword $(CC)); do command -v $$c >/dev/null || missing="$$missing $$c"; done; \
	test -z "$$missing" || $(call NOT_FOUND,make bootstrap,building)
packages-test: packages
	@missing=; pkg-config --exists cmocka || missing=" cmocka"; \
	test -z "$$missing" || $(call NOT_FOUND,make bootstrap-test,testing)

.PHONY: bootstrap bootstrap-test
bootstrap: ## install the Debian packages that building and running need
	@tools/bootstrap
bootstrap-test: ## likewise, with what the tests need
	@tools/bootstrap --test

.PHONY: tests unit
tests: $(TESTS) $(PROGRAM) ## build every test without running it
unit: tests ## the tests of tests/test_*.c in this MODE
	@failed=; for t in $(TESTS); do echo "== $$t"; GREENLANE=$(PROGRAM) $$t || failed="$$failed $$t"; done; \
	test -z "$$failed" || { echo "unit: failed:$$failed" >&2; exit 1; }

# As many compilers at once as there are processors.
PARALLEL := -j$(shell nproc 2>/dev/null || echo 1)
# The packages come first, so what needs them runs in a make of its own that looks for them anew.
.PHONY: demo check
demo: bootstrap ## install what is missing, simulate 2017 and 2022, compare, draw every picture into build/demo
	@$(MAKE) --no-print-directory $(PARALLEL) MODE=release all
	@tools/demo build/release/greenlane build/demo
check: bootstrap-test ## install what is missing, then every test, release and debug
	@$(MAKE) --no-print-directory $(PARALLEL) MODE=release all tests
	@$(MAKE) --no-print-directory $(PARALLEL) MODE=debug all tests
	tools/layers
	@$(MAKE) --no-print-directory MODE=release unit
	@$(MAKE) --no-print-directory MODE=debug unit
	build/release/greenlane verify --quick --db build/verify.db
	@$(MAKE) --no-print-directory $(PARALLEL) MODE=clang-O2 CC=clang OPT=-O2 all
	tools/digests build/release/greenlane build/debug/greenlane build/clang-O2/greenlane
	@echo "check: everything passed"

.PHONY: verify
verify: $(PROGRAM) ## the engine against theory: every reference case, its wrong twins, intervals (minutes)
	$(PROGRAM) verify --db build/verify.db

# Builds that must agree to the last bit; `make check` takes two of them beside debug.
DIGEST_BUILDS := gcc-O0 gcc-O2 gcc-O3 clang-O0 clang-O2 clang-O3
.PHONY: digests
digests: bootstrap-test ## the same bits from gcc and clang at -O0, -O2 and -O3, on any number of threads
	@for b in $(DIGEST_BUILDS); do $(MAKE) --no-print-directory $(PARALLEL) MODE=$$b CC=$${b%-*} OPT=-$${b#*-} all || exit 1; done
	@tools/digests $(DIGEST_BUILDS:%=build/%/greenlane)

.PHONY: asan ubsan tsan
asan ubsan tsan: ## the tests under the address, undefined-behaviour or thread sanitizer
	@$(MAKE) --no-print-directory $(PARALLEL) MODE=$@ all tests
	@$(MAKE) --no-print-directory MODE=$@ unit

# `make fuzz FUZZ_SECONDS=1200 JOBS=2`; what it finds stays in build/fuzz as crash-*, to become a test.
FUZZ_SECONDS ?= 60
FUZZ_FLAGS := address,undefined -fno-sanitize-recover=undefined
FUZZ_SEEDS = $(wildcard scenarios/*.yaml tests/reference/*.yaml tests/data/*.yaml tests/cli/*.yaml)
.PHONY: fuzz
fuzz: bootstrap-test ## search for bytes that break the reader of scenarios (clang's libFuzzer, address and undefined sanitizers)
	@$(MAKE) --no-print-directory $(PARALLEL) MODE=fuzz CC=clang OPT="-O1 -g -fsanitize=fuzzer-no-link,$(FUZZ_FLAGS) -DGREENLANE_DEBUG" build/fuzz/fuzz_scenario
	@mkdir -p build/fuzz/corpus build/fuzz/seeds
	@for seed in $(FUZZ_SEEDS); do cp $$seed build/fuzz/seeds/$$(echo $$seed | tr / -) || exit 1; done
	cd build/fuzz && ./fuzz_scenario -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 corpus seeds
$(BUILD)/fuzz_scenario: $(BUILD)/tests/fuzz/fuzz_scenario.o $(BUILD)/libgreenlane.a
	$(Q)$(CC) -fsanitize=fuzzer,$(FUZZ_FLAGS) -o $@ $^ $(ALL_LIBS)

.PHONY: bench lint format reference install
reference: $(PROGRAM) ## the tables of fields in scenarios/README.md, from the program
	tools/reference $(PROGRAM)
bench: $(PROGRAM) $(BENCHES) ## speed and memory of the command and of the parts that decide them
	@tools/bench/table $(abspath $(PROGRAM)) $(abspath $(BUILD))/bench
lint: ## layers, and what clang-tidy says
	tools/layers
	clang-tidy --quiet --checks='-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions,clang-analyzer-*,-clang-analyzer-security.insecureAPI.*' \
		$(filter %.c,$(SOURCES)) -- -std=c11 -D_GNU_SOURCE -I.
format: ## lay out every source file as .clang-format says
	clang-format -i $(SOURCES)
install: ## the command and the scenarios to PREFIX (/usr/local)
	@test -x build/release/greenlane || { echo "install: run make first" >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/greenlane/scenarios
	install build/release/greenlane $(DESTDIR)$(PREFIX)/bin/greenlane
	install -m 644 scenarios/* $(DESTDIR)$(PREFIX)/share/greenlane/scenarios

.PHONY: clean
clean: ## remove build/
	rm -rf build

.SECONDARY:
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
