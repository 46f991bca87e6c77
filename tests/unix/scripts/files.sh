# tests/unix/scripts/files.sh - names, links, modes, owners, sizes, holes
mkdir -p x/y/z; echo here >x/y/z/f; mv x/y w; find . -path './w*' | sort; cat w/z/f
rmdir w; echo $?; rmdir x; echo $?; mkdir w; echo $?; rm w; echo $?
ln w/z/f l1; ln l1 l2; stat -c '%h %s' l2; rm w/z/f; stat -c %h l1; cat l2
ln -s /nowhere gone; cat gone; [ -e gone ]; echo $?; [ -h gone ] && readlink gone
ln -s b a; ln -s a b; cat a; echo $?; ln -s w dir; cd dir/z; pwd; pwd -P; cd ../..
pwd; ln -s w/z/../../l1 through; cat through; rm through gone a b dir
n=0; while [ $n -lt 250 ]; do echo $n >file$n; n=$((n + 1)); done
ls | grep -c file; cat file* | sort -n | md5sum; rm file?; ls file* | wc -l
mv file10 'a name'; mv 'a name' ./-x; cat ./-x; rm -- -x; rm file*; ls
long=$(printf '%0250d' 1); >${long}abcde; ls | awk 'length($0) > 200 { print length($0) }'
>${long}abcdef 2>/dev/null; echo $?; rm $long*
mkdir $(seq 1 60 | tr '\n' _); ls -d 1_* | wc -c; rmdir 1_*
echo a >one; echo b >>one; cp one two; echo c >>two; cmp one two; mv two one; cat one
chmod 0 one; stat -c %a one; chmod 6711 one; stat -c %A one; chmod u=rw,go= one
stat -c %a one; chown 1000:100 one; stat -c '%u:%g %a' one
su user -c 'cat one; echo x >w/no; rm -f one; id -u' 2>&1; chmod 1777 w; >w/root
su user -c ': >w/his; rm w/root; ls w; rm w/his'; echo $?; ls w
touch -d '2001-07-26 01:02:03' one; stat -c %Y one; [ l1 -nt one ] && echo newer
touch -d @1 two; date -u -r two; cp -p one three; stat -c '%Y %a %u' three
truncate -s 3000000 hole; stat -c %s hole; md5sum hole; du -k hole | cut -f1 | \
	awk '{ print $1 < 64 }'; echo end >>hole; tail -c 4 hole; wc -c hole
dd if=/dev/zero of=h2 bs=1000 seek=500 count=1 2>/dev/null; md5sum h2
truncate -s 77 h2; truncate -s 4444 h2; md5sum h2; stat -c %s h2
seq 40000 >big; dd if=big of=copy bs=3000 2>/dev/null; cmp big copy && echo same
dd if=big bs=1 skip=100000 count=20 2>/dev/null; rm big copy; ls big; echo $?
mkdir up down; mv up down; mv down down/up; echo $?; ls down; rm -r down
mkfifo pipe; stat -c %F pipe; mknod nul c 1 3; echo x >nul; stat -c '%t %T' nul
cp -a sub back; diff -r sub back && echo copied; rm -r back; mkdir -m 311 blind
ls -ld blind | cut -c1-10; find . -type d | sort; find . -name 'h*' -size +100 | sort
long=$(printf '%0180d' 1); for n in $(seq 22); do mkdir $long; cd $long; done
readlink /proc/self/cwd | wc -c; bash -c "mkdir -p $long/d; cd -P $long/d; /bin/pwd | wc -c
	cd -P ../..; rm -r $long"; cd /tmp/w; rm -r $long; ls
exec 7<l1; rm l1 l2; cat <&7; exec 7<&-; ls l1 l2; echo $?
