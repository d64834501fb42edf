# greenlane - `make help` lists the targets. Everything that is built goes to build/, and nowhere else.
#
# A build has a MODE: release (default), debug (-O0 and every check), asan, ubsan, tsan, or a name of your own with
# CC and OPT given (the digest test uses that: make MODE=clang-O3 CC=clang OPT=-O3 all).
MODE ?= release
BUILD := build/$(MODE)
PACKAGES := libuv sqlite3 yaml-0.1 gsl

OPT_release := -O2 -DNDEBUG
OPT_debug := -O0 -g3 -DGREENLANE_DEBUG
OPT_asan := -O1 -g -fsanitize=address -fno-omit-frame-pointer -DGREENLANE_DEBUG
OPT_ubsan := -O1 -g -fsanitize=undefined -fno-sanitize-recover=all -DGREENLANE_DEBUG
OPT_tsan := -O1 -g -fsanitize=thread -DGREENLANE_DEBUG
OPT ?= $(or $(OPT_$(MODE)),-O2)

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith -Werror
# The same bits everywhere: no fused multiply-add, no reassociation. sqrt is one instruction, errno is never read.
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -I. $(WARN) -ffp-contract=off -fno-math-errno -MMD -MP $(OPT) \
	$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null) $(CFLAGS)
ALL_LIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm -lpthread

LIB_SOURCES := $(wildcard engine/*/*.c models/*/*.c)
TOOL_SOURCES := $(filter-out tools/main.c,$(wildcard tools/*.c))
TEST_SOURCES := $(wildcard tests/test_*.c)
BENCH_SOURCES := $(wildcard tools/bench/*.c)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
TOOL_OBJECTS := $(TOOL_SOURCES:%.c=$(BUILD)/%.o)
TESTS := $(TEST_SOURCES:tests/%.c=$(BUILD)/tests/%)
BENCHES := $(BENCH_SOURCES:tools/bench/%.c=$(BUILD)/bench/%)
PROGRAM := $(BUILD)/greenlane

.PHONY: all help
all: $(PROGRAM) ## build the command, build/release/greenlane
help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z -]*:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(PROGRAM): $(BUILD)/tools/main.o $(BUILD)/libgreenlane.a
	$(CC) $(OPT) -o $@ $^ $(ALL_LIBS)
$(BUILD)/libgreenlane.a: $(LIB_OBJECTS) $(TOOL_OBJECTS)
	rm -f $@ && ar rcs $@ $^
$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/libgreenlane.a
	$(CC) $(OPT) -o $@ $^ $(ALL_LIBS) -lcmocka
$(BUILD)/bench/%: $(BUILD)/tools/bench/%.o $(BUILD)/libgreenlane.a
	@mkdir -p $(@D)
	$(CC) $(OPT) -o $@ $^ $(ALL_LIBS)

.PHONY: bootstrap bootstrap-test
bootstrap: ## install the Debian packages that building and running need
	@tools/bootstrap
bootstrap-test:
	@tools/bootstrap --test

.PHONY: tests unit
tests: $(TESTS) $(PROGRAM) ## build every test without running it
unit: tests ## the unit tests of tests/test_*.c in this MODE
	@status=0; for t in $(TESTS); do echo "== $$t"; $$t || status=1; done; exit $$status

.PHONY: clean
clean: ## remove build/
	rm -rf build

.SECONDARY:
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
