# tests/unix/jobs/shell.sh - what every Bourne shell can do, in one sitting
fib() {
	if [ "$1" -lt 2 ]; then echo "$1"; return; fi
	echo $(( $(fib $(($1 - 1))) + $(fib $(($1 - 2))) ))
}
fib 7
for f in sub/*; do [ -f "$f" ] && echo "$f ${f##*/} ${f%/*}"; done
total=0
while IFS=: read -r name count colour; do
	total=$((total + count))
	case $colour in red|green) echo "$name is $colour";; esac
done <sub/fruit
echo total $total
(echo one; echo two; echo three) | while read -r w; do echo "<$w>"; done
trap 'echo signal' USR1; kill -USR1 $$; trap - USR1
(exit 5) & wait $!; echo "child $?"
cat <<end
here ${total} $(echo command)
end
set -- a 'b c' d; echo $# "$2"; shift; echo "$*"
false || echo or; true && echo and
x=abcabc; echo "${x#a}" "${x##*a}" "${x%c}" "${x%%b*}" "${#x}"
exec 3>out; echo three >&3; exec 3>&-; read -r line <out; echo "$line"
cd sub && pwd; cd ..; umask 027; umask
no_such_command 2>/dev/null; echo "status $?"
