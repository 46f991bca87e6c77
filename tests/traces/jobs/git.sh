# tests/traces/jobs/git.sh - eight revisions of the user programs; then git gc,
# which packs them, and git fsck
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org
export GIT_AUTHOR_DATE='996624000 +0000' GIT_COMMITTER_DATE='996624000 +0000'
export GIT_CONFIG_NOSYSTEM=1 HOME=/t
mkdir /t/r && cd /t/r && git init -q -b main && cp -r ../lib ../workloads ../tests .
for i in 1 2 3 4 5 6 7 8; do
	for f in */*.c; do echo "/* revision $i of $f */" >>$f; done
	git add . && git commit -q -m "Revision $i"
done
begin
git gc -q && git fsck --no-progress && git log --stat | tail -1
end
git count-objects -v | grep in-pack
