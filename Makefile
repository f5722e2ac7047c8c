# LamBoot Hook. Needs the .NET 10 SDK; what else is missing on a Debian machine each target installs, and says so.

BIN := out/bin
PROGRAMS := $(BIN)/lamboot-hook $(BIN)/lamboot-pve-monitor
SOURCES := $(shell find src -name '*.cs' -not -path '*/obj/*' -not -path '*/bin/*') \
	$(wildcard src/*/*.csproj src/*.props *.props global.json src/*/packages.lock.json)
RESTORE := --locked-mode

.PHONY: all demo test lint format bench clean

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
test: all lint
	@tests/install-packages qemu-utils perl
	@tests/run-tests

# Format and analyzers; the analyzers' warnings are errors.
lint:
	dotnet tool restore --verbosity quiet
	dotnet csharpier check src tests
	dotnet restore LamBoot.Hook.sln $(RESTORE) --verbosity quiet
	dotnet build LamBoot.Hook.sln -c Release --no-restore --nologo --verbosity quiet
	@tests/install-packages shellcheck
	shellcheck hookscripts/lamboot-hook etc-examples/demo.sh tests/install-packages tests/run-tests tests/bench/run .ci/run

format:
	dotnet tool restore --verbosity quiet
	dotnet csharpier format src tests

# Whole-process figures of the two phases, beside a Native AOT program that does nothing.
bench: all
	@tests/bench/run

clean:
	rm -rf out
	dotnet clean LamBoot.Hook.sln --nologo --verbosity quiet
