/* The table with one more line: all that a third scanner needs. */
S(classic)
S(writepage)
S(clock)
