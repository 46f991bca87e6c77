/* tests/unix/jobs/calc.y - a calculator for bison */
%{
#include <stdio.h>
int yylex(void);
void yyerror(const char *s) { printf("%s\n", s); }
%}
%token NUMBER
%left '+' '-'
%left '*' '/'
%%
lines:	%empty | lines line;
line:	expr '\n' { printf("%d\n", $1); } | error '\n' { yyerrok; };
expr:	NUMBER | expr '+' expr { $$ = $1 + $3; }
	| expr '-' expr { $$ = $1 - $3; } | expr '*' expr { $$ = $1 * $3; }
	| expr '/' expr { $$ = $1 / $3; } | '(' expr ')' { $$ = $2; };
%%
int main(void) { return yyparse(); }
