import { parseArgs } from 'node:util';
import type { Effort, FaultRow, Subject } from '../row.ts';
import { COMPARISON } from '../rows/comparison.ts';

export const HELP = `usage: pnpm faults [options] [row …]

Tries to hurt an application through its telemetry, on real processes and the built packages (pnpm build), and checks what
every fault may not do. A row is a number of the catalogue (F3), a row's whole name ("F15 mid-body"), or "pairs" for pairs
of faults; without any, all rows run. Ends with 1 when a claim about Vigil is broken.

  --subject NAME   vigil (default), upstream, dd-trace, or all; may be given again
  --comparison     the rows of the published comparison, for --subject upstream and dd-trace
  --selection      the rows CI runs, as CI runs them: times are not judged
  --pairs N        most pairs of load windows until a comparison is called undecided (default 60)
  --seed N         of everything that is drawn, the pairs of faults among it (default 1)
  --list           the rows, and what this machine lacks for them
  --save           puts the results into e2e/faults/results/, beside those of other rows there
  --write-docs     writes the tables of docs/faults.md from e2e/faults/results/, runs nothing
  --help           this text

JSON and an HTML page are left in .vigil/reports/.
`;

export interface Wish {
  readonly subjects: readonly Subject[];
  readonly rows: readonly string[];
  readonly selection: boolean;
  readonly comparison: boolean;
  readonly seed: number;
  readonly effort: Effort;
  readonly action: 'run' | 'list' | 'help' | 'write-docs';
  readonly save: boolean;
}

const SUBJECTS: readonly Subject[] = ['vigil', 'upstream', 'dd-trace'];
const PAIRS_MINIMUM = 8;
const PAIRS_DEFAULT = 60;
const WINDOW_MILLIS = 500;

/** CI's machines tell nothing about times, and CI has four minutes. */
export const SELECTION_EFFORT: Effort = { minimumPairs: 2, maximumPairs: 2, windowMillis: 300, judgesTimes: false };

/** @throws with a sentence when a word is not understood. */
export function readWish(words: readonly string[]): Wish {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      subject: { type: 'string', multiple: true, default: ['vigil'] },
      selection: { type: 'boolean', default: false },
      comparison: { type: 'boolean', default: false },
      pairs: { type: 'string', default: String(PAIRS_DEFAULT) },
      seed: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.subject.find((name) => name !== 'all' && !SUBJECTS.includes(name as Subject));
  if (unknown !== undefined) throw new Error(`--subject: expected ${SUBJECTS.join(', ')} or all, got "${unknown}"`);
  const maximumPairs = wholeNumber('--pairs', values.pairs, 2);
  const full = { minimumPairs: Math.min(PAIRS_MINIMUM, maximumPairs), maximumPairs, windowMillis: WINDOW_MILLIS };
  return {
    subjects: SUBJECTS.filter((name) => values.subject.includes(name) || values.subject.includes('all')),
    rows: positionals,
    selection: values.selection,
    comparison: values.comparison,
    seed: wholeNumber('--seed', values.seed, 0),
    effort: values.selection ? SELECTION_EFFORT : { ...full, judgesTimes: true },
    action: values.help ? 'help' : values.list ? 'list' : values['write-docs'] ? 'write-docs' : 'run',
    save: values.save,
  };
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`${option}: expected an integer ≥ ${least}, got "${text}"`);
  }
  return value;
}

const PAIR = 'F52';

/** The rows a wish names. @throws when a name fits none. */
export function chooseRows(all: readonly FaultRow[], wish: Wish): readonly FaultRow[] {
  const { rows, selection, comparison } = wish;
  const offered = all.filter(
    ({ id, inSelection }) => (!selection || inSelection) && (!comparison || COMPARISON.includes(id)),
  );
  if (rows.length === 0) return offered;
  const fits = ({ id }: FaultRow, name: string) => id === name || id.split(' ')[0] === (name === 'pairs' ? PAIR : name);
  const lost = rows.find((name) => !offered.some((row) => fits(row, name)));
  if (lost !== undefined) throw new Error(`no row "${lost}": see pnpm faults --list`);
  return offered.filter((row) => rows.some((name) => fits(row, name)));
}
