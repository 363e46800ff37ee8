import picocolors from 'picocolors';

/** Colour functions; plain text where colours are off. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** Where a command writes. */
export interface Terminal {
  /** Results: standard output. A line end is added. */
  readonly out: (line: string) => void;
  /** Progress and errors: standard error. A line end is added. */
  readonly note: (line: string) => void;
  readonly colours: Colours;
}

/** What decides about colours. */
export interface ColourChoice {
  readonly isTerminal: boolean;
  /** `NO_COLOR` of the environment: set and not empty switches colours off. */
  readonly noColor: string | undefined;
}

/** Colours for a terminal, plain text for pipes and for `NO_COLOR`. Never throws. */
export function chooseColours({ isTerminal, noColor }: ColourChoice): Colours {
  return picocolors.createColors(isTerminal && (noColor === undefined || noColor === ''));
}

const ESCAPE = String.fromCharCode(27);
const COLOUR_CODE = new RegExp(`${ESCAPE}\\[\\d+m`, 'g');

/** Lays rows out in columns two spaces apart; colours do not count as width. Never throws. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const width = (cell: string): number => cell.replace(COLOUR_CODE, '').length;
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(cell));
  }
  const pad = (cell: string, column: number): string => cell + ' '.repeat((widths[column] ?? 0) - width(cell));
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
