#!/bin/sh
# The main job on an example host tree: identity in at pre-start, health out at post-stop, inspect, the fleet's table.
# The tree's variable stores were written by real firmware; nothing outside out/demo is touched.
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/out/bin:$PATH
LAMBOOT_ROOT=out/demo
export PATH LAMBOOT_ROOT

show() {
    echo
    echo "\$ $*"
    "$@" 2>&1
}

rm -rf "$LAMBOOT_ROOT"
mkdir -p out
cp -r etc-examples/host "$LAMBOOT_ROOT"
find "$LAMBOOT_ROOT" -name '*.gz' -exec gunzip {} +
conf=$LAMBOOT_ROOT/etc/pve/qemu-server/100.conf
cp "$conf" out/demo-before.conf

echo "# A VM starts: Proxmox VE runs the hook, which writes the VM's identity and patches its args line."
show lamboot-hook 100 pre-start
show cat "$LAMBOOT_ROOT/var/lib/lamboot/100.json"
show diff out/demo-before.conf "$conf" || true

echo
echo "# VMs stop: the hook reads their health from their variable stores."
for vmid in 100 101 102; do
    show lamboot-hook "$vmid" post-stop
done
show tail -n 1 "$LAMBOOT_ROOT/var/log/lamboot/fleet.jsonl"

echo
echo "# One VM, and the whole node."
show lamboot-hook inspect 101
show lamboot-pve-monitor
