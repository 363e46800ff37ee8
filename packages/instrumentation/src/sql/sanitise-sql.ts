import type { SqlDialect } from './sql-dialect.ts';
import { END, LITERAL, MARK, PARAMETER, SqlScanner, WORD } from './sql-scanner.ts';

/**
 * The statement with `?` for each literal, without comments and with single spaces. Parameters stay as they are written, since a
 * placeholder says nothing; a list of values after IN becomes `(?)`, so that its length makes no new statement.
 *
 * @param lengthMaximum of what is returned; what is longer ends in `…`.
 */
export function sanitiseSql(sql: string, dialect: SqlDialect, lengthMaximum: number): string {
  // Most of a statement survives: reading much more than is kept would be for nothing.
  const scanner = new SqlScanner(sql, dialect, lengthMaximum * 4);
  let out = '';
  let endedAt = 0;
  let isAfterIn = false;
  for (let kind = scanner.next(); kind !== END && out.length <= lengthMaximum; kind = scanner.next()) {
    if (out !== '' && scanner.start > endedAt) out += ' ';
    const { text } = scanner;
    if (isAfterIn && kind === MARK && text === '(' && skipList(scanner)) out += '(?)';
    else out += kind === LITERAL ? '?' : text;
    isAfterIn = kind === WORD && text.length === 2 && text.toLowerCase() === 'in';
    endedAt = scanner.end;
  }
  if (out.length > lengthMaximum) return `${out.slice(0, lengthMaximum - 1)}…`;
  return scanner.length < sql.length ? `${out}…` : out;
}

/** Past a list of literals and parameters only, at whose bracket the scanner stands; otherwise it stays there. */
function skipList(scanner: SqlScanner): boolean {
  const { start, end } = scanner;
  let isValue = true;
  for (;;) {
    const kind = scanner.next();
    const mark = kind === MARK ? scanner.text : '';
    if (isValue && (kind === LITERAL || kind === PARAMETER)) isValue = false;
    else if (!isValue && mark === ',') isValue = true;
    else if (!isValue && mark === ')') return true;
    else if (!(isValue && mark === '-')) break;
  }
  scanner.start = start;
  scanner.end = end;
  return false;
}
