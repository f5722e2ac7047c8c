#!/bin/bash
# A VM under real firmware: its identity arrives in the guest, it is killed in mid-boot twice, and the host says so. The guest
# is the tests' (it does to the outside what LamBoot does), and so is qm; nothing outside out/demo-vm is touched.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -e out/e2e/guest.img ]; then
    echo "demo-vm: no guest: it needs QEMU, OVMF, gnu-efi and mtools" >&2
    exit 1
fi
PATH=$PWD/out/bin:$PWD/tests/e2e:$PATH
LAMBOOT_ROOT=$PWD/out/demo-vm
export PATH LAMBOOT_ROOT
trap 'qm kill 100 2>/dev/null || true' EXIT

show() {
    echo
    echo "\$ $*"
    "$@" 2>&1
}
serial() { # TEXT: waits until the guest printed it, and shows what the guest printed
    local file=$LAMBOOT_ROOT/run/qemu-server/100.serial end=$((SECONDS + 120))
    until grep -qas "$1" "$file" || ((SECONDS > end)); do sleep 0.1; done
    grep -a '^guest: ' "$file" | grep -v 'guest: found' | sed -E 's/ (entry|time|version|vmgenid)=[^ ]*//g; s/^/    /'
}

rm -rf "$LAMBOOT_ROOT"
mkdir -p "$LAMBOOT_ROOT"/{etc/lamboot,etc/pve/qemu-server,var/lib/vz/snippets,var/lib/vz/images/100}
ln -s "$PWD/out/bin/lamboot-hook" "$LAMBOOT_ROOT/var/lib/vz/snippets/lamboot-hook"
cp /usr/share/OVMF/OVMF_VARS_4M.fd "$LAMBOOT_ROOT/var/lib/vz/images/100/vm-100-disk-0.raw"
cp etc-examples/host/etc/lamboot/fleet.toml "$LAMBOOT_ROOT/etc/lamboot/"
echo pve1 >"$LAMBOOT_ROOT/etc/hostname"
cat >"$LAMBOOT_ROOT/etc/pve/qemu-server/100.conf" <<'END'
args: -fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/100.json
bios: ovmf
efidisk0: local:100/vm-100-disk-0.raw,efitype=4m,size=528K
hookscript: local:snippets/lamboot-hook
machine: q35
name: web1
END

echo "# VM 100 starts: the guest prints the identity that it was given, and the variables that it wrote."
show qm start 100 'ok poweroff'
serial 'guest: powers off'

echo
echo "# It has powered itself off: the hook reads its health."
show qm wait 100

for time in first second; do
    echo
    echo "# It starts, hangs before its system is up, and is killed: the $time time."
    show qm start 100 'hang'
    serial 'guest: hangs'
    show qm stop 100
done

echo
echo "# The third start: the fleet's table says what is going on, while the VM runs."
show qm start 100 'hang'
serial 'guest: hangs'
show lamboot-pve-monitor
show lamboot-hook history 100
