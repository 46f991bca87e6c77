# tests/tap.sh - results in the Test Anything Protocol, for tests in shell
# A script reads it by `. tests/tap.sh` and ends with `finish`; tests/README.md
# has the rules.
tap_count=0
tap_failures=0

# pass NAME
pass() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}

# fail NAME WHY: the reason may have several lines
fail() {
	tap_count=$((tap_count + 1))
	tap_failures=$((tap_failures + 1))
	echo "not ok $tap_count - $1"
	printf '%s\n' "$2" | sed 's/^[[:space:]]*/# /'
}

# skip NAME WHAT-IS-MISSING
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# Prints the plan and ends the script.
finish() {
	echo "1..$tap_count"
	exit $((tap_failures > 0))
}
