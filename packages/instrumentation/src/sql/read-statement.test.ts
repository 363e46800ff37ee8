import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readStatement } from './read-statement.ts';
import { MYSQL, POSTGRESQL } from './sql-dialect.ts';

const read = (sql: string) => {
  const { operation, collections } = readStatement(sql, POSTGRESQL);
  return [operation, ...collections].join(' ');
};

test.each([
  ['select * from orders', 'SELECT orders'],
  ['select "id" from "public"."orders" "o" where "o"."id" = $1', 'SELECT public.orders'],
  ['SELECT a, b FROM t1, t2 x, t3 WHERE c, d', 'SELECT t1 t2 t3'],
  ['select * from a left join b on a.x = b.x join lateral (select * from c) d on true', 'SELECT a b c'],
  ['select (select count(*) from items) from orders', 'SELECT orders items'],
  ['select extract(year from created_at), trim(both from x) from orders', 'SELECT orders'],
  ['select * from generate_series(1, 2) n, orders', 'SELECT orders'],
  ['select a is distinct from b from orders', 'SELECT orders'],
  ['select * from orders for update of orders, other', 'SELECT orders'],
  ['select * from (a join b using (id)) where 1 in (2)', 'SELECT a b'],
  ['(select 1 from a) union all (select 2 from b)', 'SELECT a b'],
  ['with x as (select * from a), y (n) as (select 1) select * from x join b on true', 'SELECT b a'],
  ['with recursive t as (select 1 union all select n from t) insert into orders select * from t', 'INSERT orders'],
  ['with gone as (delete from a returning *) select * from gone', 'SELECT a'],
  ['insert into "orders" ("id") values ($1) on conflict do update set x = 1', 'INSERT orders'],
  ['insert into a select b, c from d', 'INSERT a d'],
  ['update only orders set a = 1, b = 2 from customers c where true', 'UPDATE orders customers'],
  ['delete from orders using customers where true', 'DELETE orders customers'],
  ['merge into a using b on a.x = b.x when matched then delete', 'MERGE a b'],
  ['truncate table orders, items', 'TRUNCATE orders items'],
  ['create table if not exists orders (id int)', 'CREATE orders'],
  ['drop table if exists orders', 'DROP orders'],
  ['alter table only orders add column x int', 'ALTER orders'],
  ['refresh materialized view concurrently totals', 'REFRESH totals'],
  ['copy orders from stdin', 'COPY orders'],
  ['explain analyze select * from orders', 'EXPLAIN orders'],
  ['begin', 'BEGIN'],
  ['rollback to savepoint sp1', 'ROLLBACK'],
  ['set application_name = x', 'SET'],
  ['/* hint */ -- x\n select 1', 'SELECT'],
  ['select 1; delete from orders', 'SELECT orders'],
  ['selekt 1 from orders', ' orders'],
  ['', ''],
])('%s: %s', (sql, expected) => expect(read(sql)).toBe(expected));

test('of 6 tables the 4 outermost are told', () => {
  expect(read('select (select 1 from inner_one) from a, b, c, d, e')).toBe('SELECT a b c d');
});

test('backticks of MySQL are quotes', () => {
  expect(readStatement('select `a` from `shop`.`orders`', MYSQL).collections).toEqual(['shop.orders']);
});

test('an operation is a word of a closed list, whatever 2,000 texts say', () => {
  const known = /^(?:[A-Z]{2,12})?$/;
  fc.assert(
    fc.property(fc.string(), (sql) => known.test(readStatement(sql, POSTGRESQL).operation ?? '')),
    { numRuns: 2000 },
  );
});
