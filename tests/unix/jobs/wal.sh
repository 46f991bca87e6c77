# tests/unix/jobs/wal.sh - SQLite's write-ahead log, shared by two processes
sqlite3 db 'pragma journal_mode=wal; create table t(who, n);'
writer() {
	for n in 1 2 3 4 5 6; do
		sqlite3 -cmd '.timeout 600000' db \
			"begin immediate; insert into t values('$1', $n); commit;" ||
			echo "$1 failed"
	done
}
writer a & writer b &
wait
sqlite3 db 'select who, count(*), sum(n) from t group by who; pragma integrity_check;'
# A reader sees its snapshot while another process writes on.
mkfifo to
sqlite3 -cmd '.timeout 600000' db <to >snapshot &
exec 4>to
printf '%s\n' 'begin; select count(*) from t;' '.shell touch ready' >&4
until [ -e ready ]; do sleep .1; done
ls db*
sqlite3 db "insert into t values('c', 1); select count(*) from t;"
printf '%s\n' 'select count(*) from t;' 'commit;' 'select count(*) from t;' >&4
exec 4>&-
wait
cat snapshot
sqlite3 db 'pragma wal_checkpoint(truncate); pragma journal_mode=delete;'
ls db*
