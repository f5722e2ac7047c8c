# LamBoot Hook. Needs the .NET 10 SDK; on a Debian machine, each target installs what else is missing, and says so.

# Debian's name of the target architecture; output for a foreign one goes to out/ARCH.
MACHINE := $(shell dpkg --print-architecture)
ARCH ?= $(MACHINE)
OUT := $(if $(filter $(ARCH),$(MACHINE)),out,out/$(ARCH))
TOOLS_amd64 := gcc libc6-dev
TOOLS_arm64 := $(if $(filter arm64,$(MACHINE)),gcc libc6-dev,gcc-aarch64-linux-gnu libc6-dev-arm64-cross)

BIN := $(OUT)/bin
PROGRAMS := $(BIN)/lamboot-hook $(BIN)/lamboot-hook-commands $(BIN)/lamboot-pve-monitor
SOURCES := $(shell find src -name '*.cs' -not -path '*/obj/*' -not -path '*/bin/*') \
	$(wildcard src/*/*.csproj src/*.props *.props global.json src/*/packages.lock.json)
RESTORE := --locked-mode

STRESS := dotnet $(CURDIR)/tests/LamBoot.Nvram.Stress/bin/Release/net10.0/LamBoot.Nvram.Stress.dll
FUZZ_SECONDS ?= 60
FAULTS := dotnet $(CURDIR)/tests/LamBoot.Faults/bin/Release/net10.0/LamBoot.Faults.dll

.PHONY: all demo demo-vm pictures deb deb-arm64 release release-test test e2e guest lint format reference fuzz faults soak bench compare clean

all: $(PROGRAMS)

# gcc links what Native AOT compiles.
$(BIN)/lamboot-hook: PROJECT := LamBoot.Hook
$(BIN)/lamboot-hook-commands: PROJECT := LamBoot.Commands
$(BIN)/lamboot-pve-monitor: PROJECT := LamBoot.Monitor
$(PROGRAMS): $(SOURCES)
	@tests/install-packages $(TOOLS_$(ARCH))
	dotnet restore src/$(PROJECT) $(RESTORE) --verbosity quiet
	dotnet publish src/$(PROJECT) -c Release --no-restore -p:DebianArchitecture=$(ARCH) -o $(BIN) --nologo --verbosity quiet
	@touch $@

# The main use on the example node: identity in, health out.
demo: all
	@etc-examples/demo

# The README's pictures, taken on the demo's node.
pictures: all
	@tests/install-packages faketime chromium fonts-dejavu-core optipng perl
	@docs/pictures/draw

# out/lamboot-hook_VERSION_ARCH.deb; the same commit produces the same bytes.
deb: all
	dotnet tool restore --verbosity quiet
	@packaging/build-deb $(ARCH) $(OUT)

# The contents of a release, in out/release: both packages, an apt repository with them, checksums, bills of materials, notes.
release: deb
	@tests/install-packages apt-utils
	@$(MAKE) --no-print-directory deb ARCH=arm64
	@packaging/build-release

# The release in a clean Debian 12 and a clean Debian 13, installed with apt.
release-test: release
	@tests/install-packages debootstrap python3 gpg
	@tests/package/release bookworm trixie

# The same programs for arm64, and what is needed to run them here.
deb-arm64:
	@if tests/install-packages $(TOOLS_arm64) qemu-user; then $(MAKE) --no-print-directory deb ARCH=arm64; \
		else echo "no compiler for arm64 or no QEMU: the tests of the arm64 programs are skipped"; fi

# Ends with "N passed, N failed, N skipped".
test: deb deb-arm64 lint fuzz guest
	@tests/install-packages tmux procps strace qemu-utils perl exfat-fuse exfatprogs systemd
	@tests/install-packages faketime || echo "no faketime: the test of the example node is skipped"
	@tests/install-packages prometheus prometheus-node-exporter prometheus-alertmanager chromium || \
		echo "no Prometheus or no Chromium: their tests are skipped"
	@tests/install-packages openssh-server openssh-client iproute2 || echo "no sshd: the tests of a cluster are skipped"
	@tests/install-packages dma || echo "no dma: the test with a real mail server is skipped"
	@tests/install-packages zsh jq || echo "no zsh or no jq: their tests are skipped"
	@tests/install-packages debootstrap lintian groff python3 apt-utils gpg || echo "no debootstrap or no lintian: their tests are skipped"
	@tests/run-tests

# Real firmware in real VMs: identity in, health out. Part of make test.
e2e: all lint guest
	@tests/run-tests --project tests/LamBoot.EndToEnd.Tests

# What the tests with a QEMU need; if it cannot be installed, they count as skipped.
guest:
	@tests/install-packages qemu-system-x86 qemu-utils ovmf gnu-efi gcc libc6-dev mtools perl busybox-static lvm2 \
		thin-provisioning-tools sbsigntool openssl && tests/e2e/build || echo "no QEMU with a guest: its tests are skipped"
	@tests/install-packages debootstrap e2fsprogs kmod busybox-static && tests/guest/build || \
		echo "no Debian guest with systemd: its tests are skipped"
	@tests/guest/qemu || echo "no QEMU 10: the test of SMBIOS strings is skipped"

# The same with real firmware: a VM's identity arrives, two boots are killed, and the host says so.
demo-vm: all guest
	@etc-examples/demo-vm

# Format and analyzers; analyzer warnings are errors.
lint:
	dotnet tool restore --verbosity quiet
	dotnet csharpier check src tests
	dotnet restore LamBoot.Hook.sln $(RESTORE) --verbosity quiet
	dotnet build LamBoot.Hook.sln -c Release --no-restore --nologo --verbosity quiet
	@tests/install-packages shellcheck
	shellcheck -x hookscripts/lamboot-hook etc-examples/demo etc-examples/demo-vm etc-examples/guest/lamboot-hostname \
		etc-examples/guest/lamboot-identity etc-examples/guest/lamboot-mark-success etc-examples/guest/lamboot-motd \
		etc-examples/guest/lamboot-node-exporter etc-examples/on-change/tag-vm etc-examples/on-change/stop-after-crashes tests/install-packages tests/run-tests bench/run bench/line bench/powercut bench/fullnode bench/compare bench/today docs/pictures/draw tests/house tests/lvm/run tests/lvm/setup \
		tests/lvm/script tests/e2e/build tests/e2e/lvm tests/fetch-kernel tests/guest/build tests/guest/init tests/guest/plan tests/guest/qemu \
		tests/package/run tests/package/qemu tests/package/script tests/package/debian tests/package/repository tests/package/apt \
		tests/package/release packaging/project packaging/apply-project packaging/changelog packaging/build-deb packaging/build-release \
		packaging/build-repository packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm packaging/man-options packaging/completion/lamboot-hook \
		packaging/completion/lamboot-pve-monitor .ci/run
	@tests/house

format:
	dotnet tool restore --verbosity quiet
	dotnet csharpier format src tests

# Writes the generated parts of docs: docs/reference from the code's tables, and the output of the commands in docs/*.md. Their tests do the
# writing; git diff shows what has changed.
reference: all lint
	@for project in Fleet Commands Monitor; do \
		LAMBOOT_WRITE_DOCS=1 tests/run-tests --project tests/LamBoot.$$project.Tests --filter-namespace "LamBoot.$$project.Tests.Reference" || exit; done
	@LAMBOOT_WRITE_DOCS=1 tests/run-tests --project tests/LamBoot.Package.Tests --filter-class '*TranscriptTests'

# The programs on hostile stores, and the store reader on damaged images, for FUZZ_SECONDS; an image that violates a bound is saved in
# out/fuzz.
fuzz: lint all
	$(STRESS) programs
	$(STRESS) fuzz $(FUZZ_SECONDS)

# An error, a kill and a limit in each system call of every phase and command; FAULTS_OF selects some by part of their name.
# Failures are listed in out/faults/found.txt.
faults: all lint
	@tests/install-packages gcc libc6-dev perl openssl
	@TMPDIR=$${TMPDIR:-/dev/shm} $(FAULTS) all "$(FAULTS_OF)"

# A watch for ten minutes against a receiver that resets, hangs and answers 500. Not in CI.
soak: all
	@tests/install-packages python3 procps
	@tests/soak/run

# Whole-process measurements, compared with programs that do nothing and a script that does the same job, and the store reader's own.
bench: all lint
	@tests/install-packages strace python3 perl
	@bench/run

# Programs of another build, in the folder OLD, compared with ours: exits with 1 if ours are slower.
compare: all
	@bench/compare $(OLD)

clean:
	rm -rf out
	dotnet clean LamBoot.Hook.sln --nologo --verbosity quiet
