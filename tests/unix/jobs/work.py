# tests/unix/jobs/work.py - Python: processes, files, locks, maps and modules
import collections, errno, fcntl, hashlib, io, json, mmap, os, re, resource
import select, shutil, signal, sqlite3, stat, struct, subprocess, sys, tempfile
import time, zlib

assert isinstance(sys.stdout, io.TextIOWrapper)
sys.stdout.reconfigure(line_buffering=True)
with open("words") as f:
    count = collections.Counter(f.read().split())
print(sorted(count.items(), key=lambda x: (-x[1], x[0]))[:4])
print(hashlib.sha256(open("bytes", "rb").read()).hexdigest())
print(json.dumps({"a": [1, 2.5, None], "b": "é"}, sort_keys=True))
print(re.sub(r"(\w+):(\d+)", r"\2 \1", open("sub/fruit").readline()).strip())
print(2 ** 200, 10 ** 30 // 7, round(2 ** .5, 12))

r = subprocess.run(["sh", "-c", "cat; exit 4"], input=b"piped", timeout=600,
                   stdout=subprocess.PIPE)
print(r.stdout, r.returncode)
r = subprocess.run(["sh", "-c", "kill -TERM $$"])
print(r.returncode)
with subprocess.Popen(["sort"], stdin=subprocess.PIPE, text=True,
                      stdout=subprocess.PIPE) as p:
    print(p.communicate("c\nb\na\n")[0].split())
try:
    subprocess.run(["nosuchprogram"])
except FileNotFoundError as e:
    print(e.errno == errno.ENOENT, e.filename)
try:
    subprocess.run(["sleep", "500"], timeout=1)
except subprocess.TimeoutExpired:
    print("time-out")

pid = os.fork()
if not pid:
    os._exit(9)
print(os.WEXITSTATUS(os.waitpid(pid, 0)[1]))
signal.signal(signal.SIGALRM, lambda *a: print("alarm"))
signal.setitimer(signal.ITIMER_REAL, .05)
signal.pause()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.kill(os.getpid(), signal.SIGUSR1)
print(signal.sigpending(), signal.sigwait([signal.SIGUSR1]))

with open("m", "w+b") as f:
    f.truncate(10000)
    with mmap.mmap(f.fileno(), 10000) as m:
        m[5000:5005] = b"hello"
        m.flush()
        print(m.find(b"hello"), len(m))
    f.seek(5000)
    print(f.read(5))
    fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if not os.fork():
        with open("m", "r+b") as g:
            try:
                fcntl.lockf(g, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os._exit(11)
        os._exit(0)
    print("locked:", os.wait()[1] >> 8)
shared = mmap.mmap(-1, 4096)
if not os.fork():
    shared[0:5] = b"child"
    os._exit(0)
os.wait()
print(shared[0:5])

a, b = os.pipe()
poll = select.poll()
poll.register(a, select.POLLIN)
print(poll.poll(0))
os.write(b, b"x")
print([e for _, e in poll.poll(60000)], select.select([a], [], [], 60)[0] == [a])
fcntl.fcntl(a, fcntl.F_SETFL, os.O_NONBLOCK)
os.read(a, 10)
try:
    os.read(a, 10)
except BlockingIOError as e:
    print(errno.errorcode[e.errno])

os.makedirs("t/a/b")
os.symlink("a", "t/l")
os.link("words", "t/hard")
os.utime("t/hard", (5, 996624000))
s = os.stat("t/hard")
print(s.st_nlink, s.st_size, int(s.st_mtime), stat.filemode(s.st_mode))
os.chmod("t/hard", 0o4711)
print(stat.filemode(os.lstat("t/hard").st_mode), os.readlink("t/l"))
print(sorted((d.name, d.is_dir(), d.is_symlink()) for d in os.scandir("t")))
shutil.copytree("sub", "t/sub")
print(sorted(os.path.join(*x[0].split("/")) for x in os.walk("t")))
shutil.rmtree("t")
print(os.path.exists("t"), os.access("words", os.W_OK), os.umask(0o22))
fd = os.open(".", os.O_RDONLY)
print(sorted(os.listdir(fd))[:3], os.stat("words", dir_fd=fd).st_size)
with tempfile.NamedTemporaryFile(dir=".") as f:
    f.write(b"abc")
    f.flush()
    os.fsync(f.fileno())
    print(os.pread(f.fileno(), 2, 1), os.path.getsize(f.name))
print(resource.getrlimit(resource.RLIMIT_CORE)[0] < 2)
print(struct.pack("<IhB", 1, -2, 3), zlib.crc32(b"abc"),
      len(zlib.compress(open("words", "rb").read())) < 4000)
db = sqlite3.connect("p.db")
db.execute("create table t(a integer primary key, b text)")
db.executemany("insert into t(b) values(?)", [(w,) for w in sorted(count)])
db.commit()
print(db.execute("select count(*), min(b), max(a) from t").fetchone())
before = time.monotonic_ns()
time.sleep(.02)
print(time.monotonic_ns() - before >= 20000000, time.gmtime(996624000)[:6])
os.execvp("echo", ["echo", "the end"])
