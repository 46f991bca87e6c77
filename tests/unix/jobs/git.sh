# tests/unix/jobs/git.sh - a small history: every id follows from the contents
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org
export GIT_CONFIG_NOSYSTEM=1 HOME=$PWD PAGER=cat
at() { GIT_AUTHOR_DATE="$1 +0000" GIT_COMMITTER_DATE="$1 +0000"; }
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
at 996624000

git init -q -b main r && cd r
cp -r ../words ../numbers ../sub .
chmod +x numbers
ln -s sub/fruit link
git add .
git status --short
git commit -q -m 'The first'
git ls-tree -r HEAD
at 996710400
sed -i s/page/leaf/ words
git diff --stat
git commit -q -a -m 'Leaves for pages'
git log --format='%h %an %ad %s' --date=iso
git checkout -q -b side HEAD~1
at 996796800
sed -i 's/apple/APPLE/' sub/fruit
git rm -q numbers
git commit -q -a -m 'On the side'
git checkout -q main
at 996883200
git merge -q -m 'Both' side
git log --graph --oneline | cat
git show --stat HEAD^2 | cat
git tag -a -m 'a tag' v1
git cat-file -t v1
git gc -q
git count-objects -v | grep -v size
git fsck --strict 2>&1
git clone -q . ../copy 2>&1
git -C ../copy rev-parse HEAD v1
git -C ../copy log -1 --format=%s
echo more >>words
git stash -q
git stash list
git stash pop -q
git diff | cat
git blame -s sub/fruit | cat
git archive HEAD sub | tar tf -
git grep -c swap
git bisect start -q HEAD HEAD~2 2>&1 | head -2
git bundle create -q ../all.bundle --all 2>&1
git bundle verify -q ../all.bundle
git format-patch -q -1 --stdout side | git mailinfo ../msg ../patch | head -3
git checkout -q nosuch
echo $?
