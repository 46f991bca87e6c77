/* The table with one more line: all that another scanner needs. */
S(classic)
S(writepage)
S(sieve)
S(twolist)
S(clock)
