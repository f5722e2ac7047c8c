# LamBoot Hook. Needs the .NET 10 SDK; what else is missing on a Debian machine each target installs, and says so.

BIN := out/bin
PROGRAMS := $(BIN)/lamboot-hook $(BIN)/lamboot-pve-monitor
SOURCES := $(shell find src -name '*.cs' -not -path '*/obj/*' -not -path '*/bin/*') \
	$(wildcard src/*/*.csproj src/*.props *.props global.json src/*/packages.lock.json)
RESTORE := --locked-mode

STRESS := dotnet $(CURDIR)/tests/LamBoot.Nvram.Stress/bin/Release/net10.0/LamBoot.Nvram.Stress.dll
FUZZ_SECONDS ?= 60

.PHONY: all demo test lint format fuzz bench clean

all: $(PROGRAMS)

# gcc links what Native AOT compiles.
$(BIN)/lamboot-hook: PROJECT := LamBoot.Hook
$(BIN)/lamboot-pve-monitor: PROJECT := LamBoot.Monitor
$(PROGRAMS): $(SOURCES)
	@tests/install-packages gcc libc6-dev
	dotnet restore src/$(PROJECT) $(RESTORE) --verbosity quiet
	dotnet publish src/$(PROJECT) -c Release --no-restore -o $(BIN) --nologo --verbosity quiet
	@touch $@

# The main job on the example host tree: identity in, health out.
demo: all
	@etc-examples/demo.sh

# Ends with "N passed, N failed, N skipped".
test: all lint fuzz
	@tests/install-packages procps qemu-utils perl exfat-fuse exfatprogs qemu-system-x86 busybox-static lvm2 thin-provisioning-tools
	@tests/run-tests

# Format and analyzers; the analyzers' warnings are errors.
lint:
	dotnet tool restore --verbosity quiet
	dotnet csharpier check src tests
	dotnet restore LamBoot.Hook.sln $(RESTORE) --verbosity quiet
	dotnet build LamBoot.Hook.sln -c Release --no-restore --nologo --verbosity quiet
	@tests/install-packages shellcheck
	shellcheck hookscripts/lamboot-hook etc-examples/demo.sh tests/install-packages tests/run-tests tests/bench/run tests/lvm/run tests/lvm/script .ci/run

format:
	dotnet tool restore --verbosity quiet
	dotnet csharpier format src tests

# The store reader on damaged images, for FUZZ_SECONDS; an image that breaks a bound is kept in out/fuzz.
fuzz: lint
	$(STRESS) fuzz $(FUZZ_SECONDS)

# Whole-process figures of the two phases, beside a Native AOT program that does nothing, and the store reader's own.
bench: all lint
	@tests/bench/run
	cd out/bench && $(STRESS) bench

clean:
	rm -rf out
	dotnet clean LamBoot.Hook.sln --nologo --verbosity quiet
