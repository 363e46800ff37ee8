import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Slice, SliceOrder } from './subject.ts';
import type { Variant } from './variants.ts';

const ENTRY = join(dirname(fileURLToPath(import.meta.url)), 'subject.ts');

/** A variant's process, from its first answer on. */
export class RunningSubject {
  readonly variant: Variant;
  readonly #child: ChildProcess;

  private constructor(variant: Variant, child: ChildProcess) {
    this.variant = variant;
    this.#child = child;
  }

  /** @throws when the process ends before it is ready. */
  static async start(variant: Variant, sinkUrl: string, nodeFlags: readonly string[] = []): Promise<RunningSubject> {
    const child = fork(ENTRY, [variant.folder], {
      cwd: variant.folder,
      execArgv: [...variant.flags, ...nodeFlags],
      // Nothing is inherited: a variable of the shell must not change a variant.
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        OTEL_SERVICE_NAME: variant.name,
        OTEL_EXPORTER_OTLP_ENDPOINT: sinkUrl,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        VIGIL_QUIET: 'true',
        ...variant.environment,
      },
    });
    const subject = new RunningSubject(variant, child);
    await subject.#answer();
    return subject;
  }

  /** Runs one slice of load in it. @throws when a request failed or the process ended. */
  async run(order: SliceOrder): Promise<Slice> {
    this.#child.send(order);
    const answer = (await this.#answer()) as Slice | { readonly problem: string };
    if ('problem' in answer) throw new Error(`${this.variant.name}: ${answer.problem}`);
    return answer;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`${this.variant.name}: ended with ${code}`));
      this.#child.once('exit', onExit);
      this.#child.once('message', (message) => {
        this.#child.off('exit', onExit);
        resolve(message);
      });
    });
  }
}
