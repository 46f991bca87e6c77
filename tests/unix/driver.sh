#!/bin/sh
# tests/unix/driver.sh - runs a table: a line `name<TAB>command` a case, each in
# a fresh copy of the small tree; prints frames that a host can cut
while IFS='	' read -r name command; do
	case $name in ''|'#'*) continue;; esac
	cd /root
	rm -rf /tmp/w
	cp -r /t/tree /tmp/w
	cd /tmp/w
	echo "=== CASE $name"
	sh -c "$command" </dev/null >/tmp/out 2>&1
	status=$?
	cat /tmp/out
	echo
	echo "=== RC $status"
done </t/table
cd /
rm -rf /tmp/w
echo "=== ALL DONE"
