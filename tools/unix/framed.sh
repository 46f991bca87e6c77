#!/bin/sh
# tools/unix/framed.sh - runs a command as our init does: swap is on, and the
# counters before and after it stand in frames that a host can cut
swapon /dev/hdb || exit
echo "=== run begin $*"
vmstatdump before
"$@"
echo "=== run end status=$?"
vmstatdump after
