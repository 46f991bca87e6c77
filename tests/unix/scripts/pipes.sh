# tests/unix/scripts/pipes.sh - pipes, redirection, expansion
seq 100000 | md5sum
seq 30000 | awk '{ s += $1 } END { print s }'
seq 50 | while read n; do [ $((n % 10)) = 0 ] && echo -n "$n "; done; echo
dd if=/dev/zero bs=4096 count=300 2>/dev/null | tr '\0' z | cat | wc -c
yes launder | head -n 3; echo "after yes: $?"
(sleep 0.2; echo late) | cat; { echo early; } | cat
mkfifo q; (seq 2000 >q &); md5sum <q; wait; rm q
mkfifo q; exec 5<>q; echo through >&5; read line <&5; echo $line; exec 5>&-; rm q
(echo to out; echo to err >&2) 2>e | sed 's/^/> /'; cat e
(echo to out; echo to err >&2) 2>&1 >o | sed 's/^/! /'; cat o
exec 4>f; echo first >&4; echo second >&4; exec 4>&-; cat f
echo third >>f; wc -l <f; : >f; wc -c <f
set -C; echo no >f; echo "noclobber $?"; echo yes >|f; set +C; cat f
cat <<end; cat <<'end'; cat <<-end
sum $((3 * 37)) and $(echo nested $(echo deeper))
end
raw $((3 * 37))
end
	tabs gone
	end
true | false; echo "last $?"; false | true; echo "last $?"; ! true; echo "not $?"
set -o pipefail; false | true; echo "pipefail $?"; set +o pipefail
x='a b  c'; set -- $x; echo $#; set -- "$x"; echo $#; IFS=:; set -- $PATH; echo $#
unset IFS; echo ${x#a } ${x%c}. ${#x} ${none:-default} ${x:+set}
ls /nothere 2>/dev/null || echo "no such place"; ls nothere 2>&1 | wc -l
seq 57 | xargs -n 20 echo | awk '{ print NF ":" $NF }'
tar cf - sub | tar tf - | sort | tail -3
i=0; until [ $i = 5 ]; do i=$((i + 1)); echo $i; done | tee c | tail -1; wc -l <c
echo "$(printf 'keeps\ninner\n\n\n')|"; echo `echo back``echo ticks`
cat </dev/null | wc -c; head -c 5 /dev/zero | od -An -tx1; echo x >/dev/full; echo $?
