# tests/unix/jobs/bash.sh - what only bash can do
declare -A age; while IFS=$'\t' read -r n w a; do age[$w]=$((${age[$w]:-0} + a)); done <numbers
for k in "${!age[@]}"; do echo "$k ${age[$k]}"; done | sort
mapfile -t lines <words; echo "${#lines[@]} ${lines[5]^^} ${lines[-1]:0:9}"
re='^([a-z]+):([0-9]+)'; while read -r l; do [[ $l =~ $re ]] && printf '%03d %q\n' "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}"; done <sub/fruit
echo {a..e}{1..3}; printf '%(%Y-%m-%d)T\n' 996624000; echo $((2 ** 40)) $((16#ff)) $((7 <<3))
coproc { while read -r l; do echo "co ${l^}"; done; }; echo hello >&"${COPROC[1]}"; read -r l <&"${COPROC[0]}"; echo "$l"
select_sort() { local a=("$@") i j t; for ((i = 0; i < $#; i++)); do for ((j = i + 1; j < $#; j++)); do ((a[j] < a[i])) && t=${a[i]} a[i]=${a[j]} a[j]=$t; done; done; echo "${a[@]}"; }
select_sort 9 3 7 1 8; { sleep 0.2; exit 8; } & wait -n; echo $?
shopt -s globstar; printf '%s\n' **/*s | sort; echo "${PIPESTATUS[@]}"; caller; exit 12
