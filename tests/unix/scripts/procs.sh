# tests/unix/scripts/procs.sh - processes, signals, statuses
for n in 3 1 2; do (sleep 0.$n; exit $((n * 11))) & eval job$n=$!; done
for n in 1 2 3; do eval wait \$job$n; echo "job $n: $?"; done
n=0; while [ $n -lt 150 ]; do /bin/true || echo bad; n=$((n + 1)); done; echo $n run
n=0; while [ $n -lt 40 ]; do (exit 0) & n=$((n + 1)); done; wait; echo $n at once
for s in HUP INT QUIT KILL TERM USR1 ALRM SEGV; do
	sh -c "kill -$s \$\$; sleep 1" 2>/dev/null; echo "$s $?"
done
sh -c 'exit 300'; echo $?; sh -c 'exec /bin/false'; echo $?
/no/such/program; echo $?; echo text >plain; ./plain; echo $?; chmod +x plain
echo 'echo "ran by the shell $1"' >plain; ./plain arg; . ./plain; ./sub; echo $?
printf '#!/bin/awk -f\nBEGIN { print "awk script" }\n' >a; chmod +x a; ./a
printf '#!/no/interpreter\n' >b; chmod +x b; ./b 2>/dev/null; echo $?
trap 'echo caught HUP' HUP; kill -HUP $$; trap '' TERM; kill $$; echo still here
trap - TERM HUP; (trap 'echo bye' EXIT; exit 4); echo $?
(trap 'echo in child; exit 9' USR2; sh -c 'kill -USR2 $PPID'; sleep 1); echo $?
mkfifo r; (echo >r; exec sleep 50) & p=$!; read line <r # by now it ignores INT
kill -STOP $p; kill -0 $p && echo stopped; kill -CONT $p
kill -INT $p; kill -9 $p; wait $p 2>/dev/null; echo $?; kill $p 2>/dev/null; echo $?
timeout 1 sleep 8; echo $?; timeout 60 sh -c 'exit 6'; echo $?
down() { [ $1 -le 0 ] && echo bottom && return 3; (down $(($1 - 1))); }; down 30; echo $?
umask 077; >mine; stat -c %a mine; umask 022; >ours; stat -c %a ours
env -i K=v sh -c 'echo $K $HOME.'; K=temp sh -c 'echo $K'; echo ${K-unset}
set -- one 'two three' four; echo $# "$2"; shift 2; echo $1
while getopts x:y o -x val -y; do echo $o $OPTARG; done
sh -c 'echo $0-$1' name arg; sh -c 'cd sub && pwd'; pwd
ulimit -n 20; (exec 25>f) 2>/dev/null || echo limited
(sleep 0.3; echo orphan >o) & wait; cat o
[ -d /proc/$$ ] && tr '\0' ' ' </proc/self/cmdline; echo
