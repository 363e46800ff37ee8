/** Where SQL dialects differ in what is a literal: reading one by another's rules would let text out of its quotes. */
export interface SqlDialect {
  /** `"…"` is a text (MySQL's default) and not a name. */
  readonly hasDoubleQuotedTexts: boolean;
  /** `\'` does not end a text; elsewhere only in PostgreSQL's `E'…'`. */
  readonly hasBackslashEscapes: boolean;
  /** `#` begins a comment; in PostgreSQL it is an operator. */
  readonly hasHashComments: boolean;
  /** `$tag$…$tag$` is a text; elsewhere `$name` is a parameter. */
  readonly hasDollarTexts: boolean;
}

export const POSTGRESQL: SqlDialect = {
  hasDoubleQuotedTexts: false,
  hasBackslashEscapes: false,
  hasHashComments: false,
  hasDollarTexts: true,
};

export const MYSQL: SqlDialect = {
  hasDoubleQuotedTexts: true,
  hasBackslashEscapes: true,
  hasHashComments: true,
  hasDollarTexts: false,
};

export const SQLITE: SqlDialect = {
  hasDoubleQuotedTexts: false,
  hasBackslashEscapes: false,
  hasHashComments: false,
  hasDollarTexts: false,
};
