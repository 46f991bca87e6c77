-- tests/unix/jobs/data.sql - a database on the disk: locks, journal, sorting
create table page(id integer primary key, age int, owner text);
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
insert into page select i, (i * 7919) % 101, 'owner ' || (i % 17) from n;
commit;
create index by_age on page(age);
select count(*), sum(age), max(id) from page;
select owner, count(*), avg(age) from page group by owner order by 3 desc limit 4;
update page set age = 0 where id % 3 = 0;
delete from page where age > 50;
begin; delete from page; rollback;
select count(*), sum(age) from page;
select printf('%.6f', sqrt(2) * pi());
vacuum;
pragma integrity_check;
select x from nowhere;
