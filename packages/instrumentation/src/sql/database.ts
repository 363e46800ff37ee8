import type { SqlDialect } from './sql-dialect.ts';
import type { Statement } from './statement.ts';

/** Where a query goes, as far as it is known without asking anybody. */
export interface DatabaseAddress {
  readonly namespace?: string | undefined;
  readonly serverAddress?: string | undefined;
  readonly serverPort?: number | undefined;
}

/** One database of the application, with the statements it was asked. */
export class Database {
  /** For `db.system.name`. */
  readonly system: string;
  readonly dialect: SqlDialect;
  readonly namespace: string | undefined;
  readonly serverAddress: string | undefined;
  readonly serverPort: number | undefined;
  /** By their text. Two generations, see `StatementTable`. */
  recent = new Map<string, Statement>();
  older = new Map<string, Statement>();

  constructor(system: string, dialect: SqlDialect, address: DatabaseAddress) {
    this.system = system;
    this.dialect = dialect;
    this.namespace = address.namespace;
    this.serverAddress = address.serverAddress;
    this.serverPort = address.serverPort;
  }
}
