# tests/traces/jobs/tcc.sh - compiles the user programs twice, and links some
cd /t
echo 'int __builtin_clz(unsigned x)
{ int n = 32; for (; x; x /= 2) n--; return n; }' >clz.c
mkdir o
begin
for turn in 1 2; do
	for f in clz.c lib/*.c workloads/*.c; do
		o=o/$(basename $f .c).o
		[ $f = workloads/hog.c ] || tcc -w -Ilib -Iworkloads -c -o $o $f
	done
	for w in w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12; do
		tcc -o o/$w o/$w.o o/area.o o/zipf.o o/common.o o/data.o o/clz.o
	done
done
end
o/w3 --help | head -1
