#!/bin/sh
# tools/unix/soak.sh - runs all workloads at once, then checks for leaks
#
# use: soak.sh SECONDS ROUND SEED
# Five kinds of work and the change of scanners go on side by side, in rounds
# of about ROUND seconds, until SECONDS of the guest's time are over and each
# has ended a round.  What the kernel has in use is listed before and after;
# tools/soak, which reads the console, compares.  /t/tree and /t/sums are a
# tree and its sums.
end=$1 round=$2 seed=$3
W=/root/soak KINDS="switch dbench stress hog copy sqlite"

uptime_s() {		# => $now
	read -r now rest </proc/uptime
	now=${now%.*}
}

fail() {
	echo "soak: FAIL $*"
	echo "$*" >>$W/failed
}

# ---- a round of each kind: fails, or is as it should be

switch_round() {
	switcher --times "$round" --every-ms 1000 -- sleep 1 >$W/log.switch &&
		grep -q '^switcher: ok' $W/log.switch
}

dbench_round() {
	dbench -t "$round" -D $W/dbench 2 >$W/log.dbench 2>&1 &&
		grep -q '^Throughput' $W/log.dbench
}

stress_round() {
	stress --vm 1 --vm-bytes 4m --io 1 --hdd 1 --hdd-bytes 4m \
		-t "$round" >$W/log.stress 2>&1
}

hog_round() {
	case $(($1 % 4)) in
	0) set -- --kb 9216 --random;;
	1) set -- --kb 2560 --children 2;;
	2) set -- --kb 3072 --children 2 --segment;;
	3) set -- --kb 4096 --file $W/map;;
	esac
	hog --seed "$seed" "$@" >$W/log.hog 2>&1
}

# The copy of the last round stays for the host to look at.
copy_round() {
	rm -rf $W/copy && cp -a /t/tree $W/copy && cd $W/copy &&
		md5sum -c -s /t/sums 2>$W/log.copy
}

# Money is moved, and none is lost.
sqlite_round() {
	[ -e $W/bank ] || sqlite3 $W/bank 'create table account(id integer
		primary key, sum int, note text); with recursive n(i) as
		(select 1 union all select i + 1 from n where i < 1000)
		insert into account select i, 100, hex(i) from n;' || return
	sqlite3 $W/bank "begin; update account set sum = sum - 7, note =
		note || 'x$1' where id % 3 = $1 % 3 and id < 1000; update
		account set sum = sum + 7 * 333 where id = 1000; commit;
		begin; delete from account; rollback;
		update account set note = '' where length(note) > 200;
		select sum(sum) from account; pragma integrity_check;" \
		>$W/log.sqlite 2>&1
	[ "$(cat $W/log.sqlite)" = "100000
ok" ]
}

# ---- all of them

work() {		# KIND
	n=0
	uptime_s
	while [ ! -e $W/failed ] && { [ $n = 0 ] || [ "$now" -lt "$end" ]; }
	do
		(cd $W && "${1}_round" $n) ||
			fail "$1, round $n: $(tail -n 1 $W/log."$1")"
		n=$((n + 1))
		echo $n >$W/rounds."$1"
		uptime_s
	done
	echo "soak: $1 has ended, $n rounds"
	: >$W/ended."$1"
}

swap_free() {		# => $free, and $least of all that were seen
	while read -r name value rest; do
		[ "$name" != SwapFree: ] || free=$value
	done </proc/meminfo
	[ "$free" -ge "$least" ] || least=$free
}

progress() {
	said=
	for kind in $KINDS; do
		read -r n <$W/rounds.$kind
		said="$said, $kind $n"
	done
	echo "soak: second $((now - start)), rounds: ${said#, }"
}

# Lists only what is in use; transfers may be under way for a moment.  Under
# writepage two buffer pages may have one key, so the scanner is classic.
# ext2 releases held blocks at the next allocation of an inode.
census() {		# NAME
	echo classic >/proc/sys/vm/scanner
	rm -f $W/census
	sync
	: >$W/census
	sync
	sleep 3
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	echo 3 >/proc/sys/vm/drop_caches
	echo "=== census $1"
	cat /proc/meminfo /proc/pagecache /proc/slabinfo
	set -- /proc/[0-9]*
	echo "processes $#"
	cat /proc/sysvipc/shm /proc/sysvipc/sem | wc -l | sed 's/^ */ipc_lines /'
	cat /proc/[0-9]*/stat | grep -c ') Z ' | sed 's/^/zombies /'
	ls /proc/[0-9]*/fd | grep -c '^[0-9]' | sed 's/^/open_files /'
	echo "=== census end"
}

mkdir -p $W/dbench
swapon /dev/hdb || exit
census before
uptime_s
start=$now end=$((now + end)) reported=$now least=999999999
for kind in $KINDS; do
	echo 0 >$W/rounds.$kind
	work $kind &
done
while set -- $W/ended.*; [ $# -lt 6 ]; do
	sleep 1
	swap_free
	uptime_s
	[ $((now - reported)) -lt 60 ] || { reported=$now; progress; }
done
wait
uptime_s
progress
sync
# Slots of what has ended are free at once; init's and the shell's are not.
swap_free
echo "soak: swap: $least kB free at least, $free kB when all had ended"
swapoff /dev/hdb || fail "swapoff"
swapon /dev/hdb || fail "swapon"
rm -rf $W/dbench $W/map $W/rounds.* $W/ended.* $W/log.*
mkdir $W/dbench
census after
[ -e $W/failed ] || echo "soak: ok"
