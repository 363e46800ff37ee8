import type { SqlDialect } from './sql-dialect.ts';
import { END, MARK, QUOTED_NAME, SqlScanner, WORD } from './sql-scanner.ts';

/** What a statement does, in few different words however many statements there are. */
export interface StatementReading {
  /** `SELECT`; undefined for what begins with no word of SQL. */
  readonly operation: string | undefined;
  /** Tables without quotes, each once; those of the statement itself before those of statements inside it. */
  readonly collections: readonly string[];
}

const COLLECTIONS_MAXIMUM = 4;
/** Read before the outermost are chosen. */
const COLLECTIONS_READ_MAXIMUM = 16;
const NAME_LENGTH_MAXIMUM = 64;
/** Of a longer statement the rest is not read: it is mostly values. */
const READ_LENGTH_MAXIMUM = 8192;

/** Closed, because the operation is a label of metrics. */
const OPERATIONS = new Set(
  (
    'SELECT INSERT UPDATE DELETE MERGE REPLACE VALUES TABLE BEGIN START COMMIT END ROLLBACK ABORT SAVEPOINT RELEASE SET RESET SHOW ' +
    'CREATE ALTER DROP TRUNCATE COMMENT EXPLAIN ANALYZE VACUUM REINDEX CLUSTER REFRESH CALL DO PREPARE EXECUTE DEALLOCATE DECLARE ' +
    'FETCH MOVE CLOSE COPY LOCK UNLOCK GRANT REVOKE LISTEN UNLISTEN NOTIFY CHECKPOINT DISCARD PRAGMA ATTACH DETACH USE DESCRIBE ' +
    'LOAD OPTIMIZE'
  ).split(' '),
);
/** These begin a statement of their own inside brackets. */
const QUERIES = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE', 'VALUES', 'WITH', 'TABLE']);
/** The table comes behind them at once; of other definitions only behind TABLE. */
const ANNOUNCING = new Set(['UPDATE', 'TRUNCATE', 'LOCK', 'ANALYZE', 'VACUUM', 'COPY']);
/** Their FROM names no table. */
const WITHOUT_FROM = new Set(['COPY', 'FETCH', 'MOVE', 'SHOW']);
const DEFINITIONS = new Set(['CREATE', 'ALTER', 'DROP', 'TRUNCATE', 'LOCK', 'REINDEX']);
/** Between a word that announces a table and the table. */
const FILLERS = new Set(['ONLY', 'LATERAL', 'TABLE', 'IF', 'NOT', 'EXISTS', 'CONCURRENTLY', 'IGNORE', 'LOW_PRIORITY']);
/** They end the list of tables behind FROM. */
const CLAUSES = new Set(
  'WHERE ON SET GROUP ORDER HAVING WINDOW LIMIT OFFSET FETCH FOR RETURNING UNION INTERSECT EXCEPT VALUES SELECT PARTITION'.split(
    ' ',
  ),
);
/** A name between one of these and a bracket is a function. */
const BEFORE_FUNCTION = new Set(['FROM', 'JOIN', 'LATERAL', 'USING', ',']);

/** One level of brackets. */
interface Level {
  /** FROM means a table here, and not a part of `extract(year from …)`. */
  isQuery: boolean;
  /** Its first word is still to come. */
  isFresh: boolean;
  /** Between WITH and the statement that uses what it names. */
  isWith: boolean;
  /** After a table of FROM, where a comma announces another. */
  isList: boolean;
}

const level = (isQuery: boolean): Level => ({ isQuery, isFresh: true, isWith: false, isList: false });

/** Reads what a statement does to which tables. Never throws; what it does not understand it leaves out. */
export function readStatement(sql: string, dialect: SqlDialect): StatementReading {
  return new StatementReader(new SqlScanner(sql, dialect, READ_LENGTH_MAXIMUM)).read();
}

class StatementReader {
  readonly #scanner: SqlScanner;
  /** With the level of brackets in which each stands. */
  readonly #collections = new Map<string, number>();
  /** Names that WITH gave: they are no tables. */
  readonly #named = new Set<string>();
  readonly #levels: Level[] = [level(true)];
  #operation: string | undefined;
  /** A table is announced. */
  #isAnnounced = false;
  /** A name given by WITH is announced. */
  #isNaming = false;
  #before = '';
  #kind = END;

  constructor(scanner: SqlScanner) {
    this.#scanner = scanner;
  }

  read(): StatementReading {
    this.#advance();
    while (this.#kind !== END && this.#collections.size < COLLECTIONS_READ_MAXIMUM) {
      if (this.#kind === MARK) this.#mark();
      else if (this.#isName()) {
        this.#name();
        continue;
      } else this.#level.isFresh = false;
      this.#advance();
    }
    // Sorting keeps the order within a level.
    const outermost = [...this.#collections].sort(([, one], [, other]) => one - other);
    return { operation: this.#operation, collections: outermost.slice(0, COLLECTIONS_MAXIMUM).map(([name]) => name) };
  }

  get #level(): Level {
    return this.#levels[this.#levels.length - 1] as Level;
  }

  #isName(): boolean {
    return this.#kind === WORD || this.#kind === QUOTED_NAME;
  }

  #advance(): void {
    this.#kind = this.#scanner.next();
  }

  #mark(): void {
    const mark = this.#scanner.text;
    const current = this.#level;
    if (mark === '(') {
      // `from (a join b …)`: what was announced is inside.
      this.#levels.push(level(this.#isAnnounced || (current.isQuery && current.isFresh)));
      if (this.#isAnnounced) current.isList = true;
      return;
    }
    if (mark === ')') {
      if (this.#levels.length > 1) this.#levels.pop();
      this.#isAnnounced = false;
    } else if (mark === ',') {
      if (current.isWith) this.#isNaming = true;
      else if (current.isList) this.#isAnnounced = true;
    } else if (mark === ';' && this.#levels.length === 1 && this.#operation !== undefined) {
      // Of several statements in one text the first gives the operation; the others still name tables.
      this.#levels[0] = level(true);
    }
    this.#before = mark;
  }

  /** A word or a name in quotes; leaves the scanner at the token behind it. */
  #name(): void {
    const isQuoted = this.#kind === QUOTED_NAME;
    const word = isQuoted ? '' : this.#scanner.text.toUpperCase();
    const current = this.#level;
    if (!isQuoted && this.#isKeyword(word, current)) {
      current.isFresh = false;
      this.#before = word;
      this.#advance();
      return;
    }
    const name = this.#qualifiedName();
    current.isFresh = false;
    if (this.#isNaming) {
      this.#isNaming = false;
      this.#named.add(name);
    } else if (this.#isAnnounced) {
      this.#isAnnounced = false;
      // Elsewhere the bracket holds columns: `insert into orders (id)`.
      const isFunction = this.#kind === MARK && this.#scanner.text === '(' && BEFORE_FUNCTION.has(this.#before);
      if (!isFunction) this.#add(name);
      current.isList = true;
    }
    this.#before = 'name';
  }

  /** Takes a word for what it announces; false for a name. */
  #isKeyword(word: string, current: Level): boolean {
    const isFirst = current.isFresh;
    if (isFirst && word === 'WITH') {
      current.isQuery = true;
      current.isWith = true;
      this.#isNaming = true;
      return true;
    }
    if (isFirst || (current.isWith && QUERIES.has(word) && !this.#isNaming)) {
      if (QUERIES.has(word)) current.isQuery = true;
      current.isWith = false;
      const isKnown = OPERATIONS.has(word);
      if (this.#operation === undefined && isKnown && !this.#isInWith()) this.#operation = word;
      if (isKnown) {
        this.#isAnnounced = ANNOUNCING.has(word);
        return true;
      }
    }
    return this.#announces(word, current);
  }

  #announces(word: string, current: Level): boolean {
    const operation = this.#operation ?? '';
    switch (word) {
      case 'FROM':
        this.#isAnnounced = current.isQuery && this.#before !== 'DISTINCT' && !WITHOUT_FROM.has(operation);
        return true;
      case 'JOIN':
      case 'INTO':
        this.#isAnnounced = current.isQuery;
        return true;
      case 'USING':
        this.#isAnnounced = operation === 'DELETE' || operation === 'MERGE';
        return true;
      case 'TABLE':
        this.#isAnnounced = DEFINITIONS.has(operation);
        return true;
      case 'VIEW':
        this.#isAnnounced = operation === 'REFRESH';
        return true;
      case 'DISTINCT':
        // `a is distinct from b`.
        return true;
      case 'RECURSIVE':
        return current.isWith;
    }
    if (!CLAUSES.has(word)) return FILLERS.has(word) && this.#isAnnounced;
    current.isList = false;
    this.#isAnnounced = false;
    return true;
  }

  /** Inside the brackets of what WITH names: the operation is still to come. */
  #isInWith(): boolean {
    return this.#levels.length > 1 && this.#levels[0]?.isWith === true;
  }

  /** `public.orders` of `"public"."orders"`; leaves the scanner behind it. */
  #qualifiedName(): string {
    let name = this.#part();
    this.#advance();
    while (this.#kind === MARK && this.#scanner.text === '.') {
      this.#advance();
      if (!this.#isName()) break;
      name += `.${this.#part()}`;
      this.#advance();
    }
    return name.slice(0, NAME_LENGTH_MAXIMUM);
  }

  #part(): string {
    const { text } = this.#scanner;
    return this.#kind === QUOTED_NAME ? text.slice(1, -1) : text;
  }

  #add(name: string): void {
    if (this.#named.has(name)) return;
    const depth = this.#levels.length;
    this.#collections.set(name, Math.min(depth, this.#collections.get(name) ?? depth));
  }
}
