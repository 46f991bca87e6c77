#!/bin/sh
# tools/unix/framed.sh - runs a command as init does: swap is on, and the
# counters before and after it are framed for the host
swapon /dev/hdb || exit
echo "=== run begin $*"
vmstatdump before
"$@"
echo "=== run end status=$?"
vmstatdump after
