import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sanitiseSql } from './sanitise-sql.ts';
import { MYSQL, POSTGRESQL, SQLITE, type SqlDialect } from './sql-dialect.ts';

const CANARY = 'canary7391';
const sanitised = (sql: string, dialect: SqlDialect = POSTGRESQL) => sanitiseSql(sql, dialect, 2048);

describe('literals become ?', () => {
  test.each([
    ["select * from t where a = 'x'", 'select * from t where a = ?'],
    ["select 'it''s', 'a\\' , 1", 'select ?, ? , ?'],
    ["select E'it\\'s', e'\\\\', B'01', x'ff', N'n'", 'select ?, ?, ?, ?, ?'],
    ['select 1, 1.5, .5, 1e10, 1.5e-10, 0xff, 1_000', 'select ?, ?, ?, ?, ?, ?, ?'],
    ['select $$a$$, $tag$b $$ c$tag$, $1', 'select ?, ?, $1'],
    ['select a-1, a->2, t1.c2', 'select a-?, a->?, t1.c2'],
    ['select \'{"a": 1}\'::jsonb @> b, :name, @var, ?', 'select ?::jsonb @> b, :name, @var, ?'],
    ['select "a""b", "x"."y" from "T 1"', 'select "a""b", "x"."y" from "T 1"'],
    ["select interval '1 day', date '2020-01-01'", 'select interval ?, date ?'],
  ])('%s', (sql, expected) => expect(sanitised(sql)).toBe(expected));

  test('of MySQL also in double quotes, with backslashes and with introducers', () => {
    expect(sanitised("select \"a\\\"b\", 'c\\'d', _utf8'e', `f` # g", MYSQL)).toBe('select ?, ?, ?, `f`');
  });

  test('of SQLite: $name is a parameter, a backslash is none', () => {
    expect(sanitised("select $a, 'b\\', 1", SQLITE)).toBe('select $a, ?, ?');
  });
});

test('comments are left out, nested ones too, and space is one space', () => {
  expect(sanitised('select /* a /* b */ c */ 1 -- d\n  ,\t2')).toBe('select ? , ?');
});

test('a list after IN is (?) however long it is; other lists stay', () => {
  expect(sanitised('where a in ($1, $2, $3) and b IN (1,-2) and c in (select 1)')).toBe(
    'where a in (?) and b IN (?) and c in (select ?)',
  );
  expect(sanitised('values ($1, $2), ($3, $4)')).toBe('values ($1, $2), ($3, $4)');
});

test('a text of 3,000 characters is cut to 2,048 and says so', () => {
  const text = sanitised(`select ${'a, '.repeat(1000)}`);
  expect([text.length, text.at(-1)]).toEqual([2048, '…']);
});

test('what does not end is one literal', () => {
  expect(sanitised(`select '${CANARY}`)).toBe('select ?');
  expect(sanitised(`select $a$${CANARY}`)).toBe('select ?');
  expect(sanitised(`select "${CANARY}`)).toBe('select ?');
  expect(sanitised(`select /* ${CANARY}`)).toBe('select');
});

test('no value comes out of 2,000 statements made of pieces', () => {
  const piece = fc.constantFrom(
    ...[
      'select',
      'from "t"',
      'where a =',
      'in (',
      ')',
      ',',
      '::text',
      '--x\n',
      '/* y */',
      '$1',
      '->',
      'and b',
      '-',
      '\n',
    ],
  );
  const quoted = fc
    .string()
    .map((text) => text.replaceAll('\0', ''))
    .chain((text) => {
      const value = `${text}${CANARY}${text}`;
      return fc.constantFrom(
        `'${value.replaceAll("'", "''")}'`,
        `$q$${value.replaceAll('$', '')}$q$`,
        `/*${value.replaceAll(/[*/]/g, '')}*/`,
      );
    });
  const statement = fc.array(fc.oneof(piece, quoted), { maxLength: 12 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(statement, (sql) => !sanitised(sql).includes(CANARY)),
    { numRuns: 2000 },
  );
});
