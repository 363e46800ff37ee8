import { expect, test } from '@jest/globals';
import { POSTGRESQL } from './sql-dialect.ts';
import { StatementTable } from './statement-table.ts';

test('the same statement is the same object, another database has another', () => {
  const table = new StatementTable(undefined);
  const shop = table.database('postgresql', POSTGRESQL, { namespace: 'shop' });
  const other = table.database('postgresql', POSTGRESQL, { namespace: 'other' });
  expect(table.database('postgresql', POSTGRESQL, { namespace: 'shop' })).toBe(shop);
  expect(table.statement(shop, 'select 1')).toBe(table.statement(shop, 'select 1'));
  expect(table.statement(shop, 'select 1')).not.toBe(table.statement(other, 'select 1'));
});

test('of 10,000 statements 2,000 stay, and one that is in use is never forgotten', () => {
  const table = new StatementTable(undefined);
  const database = table.database('postgresql', POSTGRESQL, {});
  const used = table.statement(database, 'select used');
  for (let index = 0; index < 10_000; index += 1) {
    table.statement(database, `select a${index}`);
    if (index % 500 === 0) expect(table.statement(database, 'select used')).toBe(used);
  }
  expect(database.recent.size + database.older.size).toBeLessThanOrEqual(2000);
});

test('a statement of 100,000 characters is known by its first 4,096', () => {
  const table = new StatementTable(undefined);
  const database = table.database('postgresql', POSTGRESQL, {});
  const long = (last: number) => `insert into orders values ${'(1, 2), '.repeat(12_500)}(${last})`;
  expect(table.statement(database, long(1))).toBe(table.statement(database, long(2)));
  expect([...database.recent.keys()].map((key) => key.length)).toEqual([4096]);
  expect(table.statement(database, long(1)).name).toBe('INSERT orders');
});

test('the 17th database has no name', () => {
  const table = new StatementTable(undefined);
  const databases = Array.from({ length: 20 }, (_, index) =>
    table.database('postgresql', POSTGRESQL, { namespace: `tenant${index}` }),
  );
  expect(databases[15]?.namespace).toBe('tenant15');
  expect(databases[16]?.namespace).toBe(undefined);
  expect(databases[19]).toBe(databases[16]);
});

test('what a mapper knows of the tables goes before what is read', () => {
  const table = new StatementTable(undefined, () => ({ collections: ['orders'] }));
  const database = table.database('postgresql', POSTGRESQL, {});
  expect(table.statement(database, 'update x set a = 1').name).toBe('UPDATE orders');
});
