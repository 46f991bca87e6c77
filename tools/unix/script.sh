#!/bin/sh
# tools/unix/script.sh - what people do with a tree of files, in a shell script
#
# use: script.sh TREE WORK
# Prints a line "NAME SUM" a step; SUM is of what the step has made.  Nothing
# in it depends on whose tools these are, so a host and busybox must agree
# (files with zero bytes are left out, as seds differ there).
# Every step reads or writes the whole tree; sort needs more memory than there
# is on 16 MB.
set -eu
export LC_ALL=C
tree=$1 work=$2

result() {		# NAME: of standard input
	set -- "$1" "$(md5sum)"
	echo "$1 ${2%% *}"
}
sums() {
	find . -type f -exec md5sum {} + | sort -k 2
}

mkdir "$work"
cd "$work"
tar cf tree.tar -C "$tree" .
mkdir copy
tar xf tree.tar -C copy
rm tree.tar
cd copy
find . -type l -exec rm {} +
sums | result tar

find . -name '*.gz' -exec gunzip {} +
sums | result gunzip
find . -type f ! -name '*.info*' | sort | xargs cat >../all
gzip <../all >../all.gz
gunzip <../all.gz | result gzip
rm ../all.gz

grep -rc return . | sort | result grep
sed 's/the/THE/g; s/[0-9][0-9]*/#/; /^$/d' ../all | result sed
find . -type f -name '*.p[lm]' | sort | xargs cat | sort >../sorted
result sort <../sorted
uniq -c ../sorted | sort -rn | head -n 1000 | result count

cd "$tree"
sums | result tree
rm -rf "$work"
