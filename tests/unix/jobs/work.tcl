# tests/unix/jobs/work.tcl - Tcl: pipes, files and strings
set f [open words]
while {[gets $f line] >= 0} { foreach w $line { incr seen($w) } }
close $f
foreach w [lsort [array names seen]] { puts -nonewline "$w $seen($w) " }
puts ""
puts [exec sort -t: -k2,2n sub/fruit | head -2]
puts [catch { exec sh -c {exit 3} } message options]
puts [lindex [dict get $options -errorcode] 2]
set p [open |cat r+]
puts $p "through cat"
flush $p
puts [gets $p]
close $p
file mkdir d/e
file copy words d/e/w
file rename d/e/w d/x
file attributes d/x -permissions 0640
puts "[file size d/x] [file type d] [lsort [glob d/*]] [file exists d/e/w]"
puts [format %o [file attributes d/x -permissions]]
file mtime d/x 996624000
puts [clock format [file mtime d/x] -gmt 1 -format {%Y-%m-%d %H:%M:%S}]
file delete -force d
puts [file exists d]
puts [expr {2**100}] ; puts [expr {sqrt(2)}]
puts [regsub -all {(\w+):(\d+)} "a:1 b:2" {\2=\1}]
puts [encoding convertfrom utf-8 [encoding convertto utf-8 "caf\u00e9"]]
proc fib {n} { expr {$n < 2 ? $n : [fib [expr {$n-1}]] + [fib [expr {$n-2}]]} }
puts [fib 12]
puts [catch { open /nothere } e] ; puts $e
