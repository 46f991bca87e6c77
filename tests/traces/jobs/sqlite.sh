# tests/traces/jobs/sqlite.sh - a table of 12,000 rows with two indexes, queries
# and changes; sqlite's own cache has 100 pages
cd /t
begin
sqlite3 db <<'END'
pragma cache_size=100;
create table page(id integer primary key, word text, n int, fill text);
with recursive c(i) as (select 1 union all select i + 1 from c where i < 12000)
  insert into page
  select i, hex(i * 7919 % 10007), i * 31 % 977, hex(zeroblob(60)) from c;
create index by_word on page(word);
create index by_n on page(n);
select count(*), sum(n) from page where n between 100 and 200;
select count(*) from page a, page b where a.n = b.n and a.id < 200;
update page set fill = 'x' where n < 60;
delete from page where n between 300 and 340;
vacuum;
select n, count(*), max(word) from page group by n order by 2 desc limit 3;
pragma integrity_check;
END
end
