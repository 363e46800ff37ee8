import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LedgerSnapshot } from '../src/ledger/read-ledger.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** An application that is still there after this long hangs; it is killed, and its run ends with SIGKILL. */
const PATIENCE_MILLIS = 30_000;

export interface AppRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly stderr: string;
  /** The last line of stdout that is a ledger. */
  readonly ledger: LedgerSnapshot;
  /** What the applications of these tests write as `name value value`. */
  said(name: string): readonly string[];
}

export interface AppOptions {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called when the application writes a line on stdout. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

/** Runs `test/apps/<app>` in a process of its own, on the build, with an environment of its own. */
export function runApp(app: string, { flags = [], env = {}, onLine }: AppOptions = {}): Promise<AppRun> {
  assertBuilt();
  const child = spawn(process.execPath, [...flags, join(PACKAGE, 'test/apps', app)], {
    cwd: PACKAGE,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const line of text.split('\n').filter((part) => part !== '')) onLine?.(line, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MILLIS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const lines = stdout.split('\n').filter((line) => line !== '');
      const ledger = JSON.parse(lines.findLast((line) => line.startsWith('{')) ?? '{}') as LedgerSnapshot;
      const said = (name: string) =>
        lines
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')
          .slice(1) ?? [];
      resolve({ code, signal, lines, stderr, ledger, said });
    });
  });
}

/** Spans lost, for all reasons. */
export const lostOf = ({ lost }: LedgerSnapshot): number => Object.values(lost).reduce((sum, count) => sum + count, 0);

/** Ended spans that the ledger does not account for; 0 in every run. */
export const unaccounted = (ledger: LedgerSnapshot): number =>
  ledger.ended -
  (ledger.sampledOut + ledger.accepted + lostOf(ledger) + ledger.unconfirmed + ledger.queued + ledger.inflight);

/** @throws when dist/ is missing or older than the source: a test of yesterday's build is worse than none. */
function assertBuilt(): void {
  const built = statSync(join(PACKAGE, 'dist/.tsbuildinfo'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' });
  const newer = sources
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .some((file) => statSync(join(PACKAGE, 'src', file)).mtimeMs > built);
  if (newer) throw new Error('packages/otlp-exporter/dist is missing or older than its source: run pnpm build first');
}
