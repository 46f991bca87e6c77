# tests/unix/jobs/work.pl - Perl: processes, pipes, files, time and numbers
use strict;
use warnings;
use Fcntl qw(:flock :seek :mode);
use File::Temp qw(tempfile);
use IO::Handle;
use IO::File;
use IO::Select;
use List::Util qw(sum max first);
use POSIX qw(:sys_wait_h strftime floor setsid);
use Getopt::Long;
use Cwd;
$| = 1;

my %seen;
open(my $in, '<', 'words') or die;
while (<$in>) { $seen{$_}++ for split }
close $in;
print join(' ', map { "$_=$seen{$_}" } sort keys %seen), "\n";
print sum(values %seen), ' ', max(values %seen), "\n";

pipe(my $r, my $w) or die;
my $pid = fork;
if (!$pid) {
	close $r;
	print $w "child says $_\n" for 1 .. 3;
	close $w;
	POSIX::_exit(7);
}
close $w;
my $ready = IO::Select->new($r);
print scalar($ready->can_read(60)), " ready\n";
print while <$r>;
waitpid($pid, 0);
print 'status ', WEXITSTATUS($?), "\n";

my $got = 0;
local $SIG{USR1} = sub { $got++ };
kill 'USR1', $$ for 1 .. 3;
print "signals $got\n";
my $out = eval {
	local $SIG{ALRM} = sub { die "alarm\n" };
	alarm 1;
	select(undef, undef, undef, 600);
	1;
};
print "ended by $@";
print `echo a subshell; exit 3`, $? >> 8, "\n";
print system('sh', '-c', 'kill -9 $$') & 127, "\n";

my ($fh, $name) = tempfile(DIR => '.');
flock($fh, LOCK_EX | LOCK_NB) and print "locked\n";
print $fh 'x' x 1000;
seek($fh, 500, SEEK_SET);
print $fh 'middle';
$fh->flush;
print -s $name, "\n";
truncate $fh, 503;
print -s $name, "\n";
close $fh;
unlink $name or die;
print -e $name ? "there\n" : "gone\n";
utime 1, 996624000, 'words';
print join(' ', (stat 'words')[7, 8, 9]), "\n";
printf "%o %s\n", S_IMODE((stat 'sub')[2]), S_ISDIR((stat 'sub')[2]);
mkdir 'd', 0750 or die;
rename 'words', 'd/w' or die;
symlink 'd/w', 's' or die;
print readlink('s'), ' ', -l 's', "\n";
opendir(my $dir, '.') or die;
print join(' ', sort grep { !/^\./ } readdir $dir), "\n";
print open(my $no, '<', '/nothere') ? 'open' : "$!", "\n";
print mkdir('d') ? 'made' : $! + 0, "\n";
print strftime('%F %T', gmtime 996624000), "\n";
print pack('NnC', 1, 2, 3) eq "\0\0\0\1\0\2\3" ? "packed\n" : "wrong\n";
print join(',', sort { $a <=> $b } (10, 9, 100, 1)), "\n";
printf "%.15g %.15g %d\n", atan2(1, 1) * 4, exp(1), floor(-1.5);
my ($x, $y) = ('abc' x 3) =~ /(b.)a(?<rest>.*)/;
print "$x $y $+{rest}\n";
@ARGV = ('--n=5', '-v', 'rest');
GetOptions('n=i' => \my $n, 'v' => \my $v);
print "$n $v @ARGV\n";
print join(' ', (times)[0] >= 0, getcwd() eq POSIX::getcwd()), "\n";
open(my $p, '-|', 'sort', '-r', 'sub/fruit') or die;
print scalar(<$p>);
close $p;
open($p, '|-', 'tr a-z A-Z') or die;
print $p "to a pipe\n";
close $p;
print getpwuid(1000) . ' ' . getgrnam('nogroup') . "\n";
exec 'echo', 'the end';
