/** How to find out from outside that a program does its work: by an HTTP answer or an accepted TCP connection. */
export type Readiness =
  /** Without `status`, every answer below 400 will do. */
  | { readonly kind: 'http'; readonly url: string; readonly status?: number }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** One program for the supervisor. Plain data: it travels to the detached supervisor as JSON. */
export interface ProgramSpec {
  /** Name of the program, of its log file and of its row in `vigil status`: lower case letters, digits and dashes. */
  readonly name: string;
  /** Name for people: `Prometheus`. */
  readonly title: string;
  /** Absolute path of the executable. */
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the program; nothing is inherited beside the supervisor's own marker. */
  readonly environment: Readonly<Record<string, string>>;
  /** Working directory. */
  readonly directory: string;
  /** Without it, running counts as ready. */
  readonly ready?: Readiness;
  /** What a person opens. */
  readonly url?: string;
  readonly version?: string;
  /** Names of programs that must be ready before this one is started. Default: none. */
  readonly needs?: readonly string[];
  /** Signal that asks the program to end. Default: SIGTERM. PostgreSQL wants SIGINT, its fast shutdown. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  /** Time between that signal and SIGKILL, in milliseconds. Default: 10 000. */
  readonly stopMillis?: number;
  /** Time from start to ready on an ordinary machine, in seconds: shown while a person waits. */
  readonly usuallySeconds?: number;
}

/** Where a supervisor keeps its run file (`<run>/supervisor.json`) and the logs of its programs (`<logs>/<name>.log`). */
export interface SupervisorFolder {
  readonly run: string;
  readonly logs: string;
}

export const DEFAULT_STOP_MILLIS = 10_000;

const NAME = /^[a-z][a-z0-9-]*$/;

/** Lists what is wrong with a list of programs, in words; empty when nothing is. Never throws. */
export function problemsOf(programs: readonly ProgramSpec[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const program of programs) {
    if (!NAME.test(program.name)) problems.push(`program name: expected lower case letters, got "${program.name}"`);
    if (program.name === 'supervisor') problems.push('program name: "supervisor" is taken by the supervisor itself');
    if (seen.has(program.name)) problems.push(`program name: "${program.name}" stands there twice`);
    // A need must stand before its user: so there can be no circle, and stopping in reverse order is right.
    for (const need of program.needs ?? []) {
      if (!seen.has(need)) problems.push(`${program.name}: needs "${need}", which does not stand before it`);
    }
    seen.add(program.name);
  }
  return problems;
}
