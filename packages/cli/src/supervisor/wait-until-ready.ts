import { isAlive } from './process-identity.ts';
import type { SupervisorFolder } from './program-spec.ts';
import { probe } from './readiness.ts';
import { type ProgramStatus, readRunFile } from './run-file.ts';

/** How waiting ended. */
export type Waited =
  | { readonly kind: 'ready' }
  | { readonly kind: 'crashing'; readonly program: ProgramStatus; readonly detail: string }
  | { readonly kind: 'late'; readonly program: ProgramStatus; readonly detail: string }
  /** The supervisor has ended. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'aborted' };

/** What `waitUntilReady` needs. */
export interface WaitOptions {
  readonly folder: SupervisorFolder;
  /** Longest wait for all programs together, in milliseconds. */
  readonly deadlineMillis: number;
  /** So many crashes of one program end the wait: it will not come. Default: 3. */
  readonly crashes?: number;
  /** Default: 250 ms. */
  readonly pollMillis?: number;
  readonly signal?: AbortSignal;
  /** Called once for each program, with the time since the wait began. */
  readonly onReady?: (program: ProgramStatus, afterMillis: number) => void;
  /** Called every ten seconds with those that are missing. */
  readonly onWaiting?: (missing: readonly ProgramStatus[]) => void;
}

/** Waits until every program of a supervisor is ready, one crashes again and again, or the time is over. Never throws. */
export async function waitUntilReady(options: WaitOptions): Promise<Waited> {
  const began = performance.now();
  const ready = new Set<string>();
  const details = new Map<string, string>();
  let nextNote = 10_000;
  while (options.signal?.aborted !== true) {
    const file = readRunFile(options.folder.run);
    if (file.kind !== 'present' || !isAlive(file.run.supervisor)) return { kind: 'gone' };
    const missing = file.run.programs.filter(({ spec }) => !ready.has(spec.name));
    await Promise.all(
      missing.map(async (program) => {
        const answer = await readinessOf(program);
        if (!answer.ready) details.set(program.spec.name, answer.detail);
        else if (ready.add(program.spec.name)) options.onReady?.(program, performance.now() - began);
      }),
    );
    const left = missing.filter(({ spec }) => !ready.has(spec.name));
    const [first] = left;
    if (first === undefined) return { kind: 'ready' };
    const crashing = left.find(({ restarts }) => restarts >= (options.crashes ?? 3));
    const detailOf = ({ spec }: ProgramStatus): string => details.get(spec.name) ?? '';
    if (crashing !== undefined) return { kind: 'crashing', program: crashing, detail: detailOf(crashing) };
    const passed = performance.now() - began;
    if (passed > options.deadlineMillis) return { kind: 'late', program: first, detail: detailOf(first) };
    if (passed > nextNote) {
      options.onWaiting?.(left);
      nextNote += 10_000;
    }
    await new Promise((resolve) => setTimeout(resolve, options.pollMillis ?? 250));
  }
  return { kind: 'aborted' };
}

/** Asks one program of a run file whether it is ready: its process must run and its probe must answer. Never throws. */
export async function readinessOf(program: ProgramStatus): ReturnType<typeof probe> {
  if (program.state !== 'running') return { ready: false, detail: program.state };
  return program.spec.ready === undefined ? { ready: true } : probe(program.spec.ready);
}
