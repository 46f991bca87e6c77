# tests/unix/scripts/text.sh - text through every filter, sums instead of bulk
awk 'BEGIN { for (n = 1; n <= 400; n++) printf "%d %s %d\n", n,
	(n % 15 ? n % 5 ? n % 3 ? "-" : "fizz" : "buzz" : "fizzbuzz"),
	(n * 7919) % 1009 }' >t
wc t; md5sum t
grep fizzbuzz t | head -3; grep -c buzz t; grep -vc fizz t
sort -k3,3n t | sed -n '1p;200p;$p'; sort -k2,2 -k1,1nr t | md5sum
cut -d' ' -f2 t | sort | uniq -c | sort -k1,1nr -k2
sed -e '/-/d' -e 's/\([0-9]*\) \(.*\) \([0-9]*\)/\3:\2:\1/' t | tail -3
tr ' ' '\t' <t | expand -t 10 | head -2
awk '{ sum[$2] += $3; seen[$2]++ } END { for (k in sum)
	printf "%-9s %5d %3d\n", k, sum[k], seen[k] }' t | sort
head -c 200 t | od -An -c | tail -2; head -c 60 t | xxd | tail -1
rev t | tail -1; tac t | head -1; fold -w 11 t | wc -l; nl t | tail -1
seq 12 | paste - - - ; seq 30 | paste -s -d+ | bc
join() { echo "$*" | tr ' ' ,; }; join a b c
sed 's/fizz/FIZZ/' t >u; diff t u | wc -l; diff -u t u >p
cmp t u; echo "cmp $?"; cp t v; patch v <p; cmp u v && echo patched
printf '%s\n' b a c | sort -r | tr -d '\n'; echo
sha256sum t | cut -c1-32; base64 t | tail -1; gzip -c t | gzip -d | md5sum
echo 'x=3;y=4; sqrt(x*x+y*y)' | bc; expr 2001 % 7; factor 1009
