import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SinkAnswer, SinkAnswers, SinkCommand } from './sink-messages.ts';

const PROGRAM = fileURLToPath(new URL('sink-process.ts', import.meta.url));
/** A sink that is stopped says nothing; whoever asks it then has made a mistake. */
const PATIENCE_MILLIS = 20_000;

/** One life of the sink's process: numbered questions and their answers. */
export class SinkChild {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  #asked = 0;
  readonly #open = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();

  /** `launcher` is a command that runs the rest of its arguments in its own process: `ip netns exec …`, `taskset …`. */
  constructor(launcher: readonly string[]) {
    const [program = process.execPath, ...rest] = [
      ...launcher,
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      PROGRAM,
    ];
    // A signal for the test's group is not for the oracle: it ends with its channel.
    this.process = spawn(program, rest, {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      detached: true,
    });
    this.process.on('message', (message: SinkAnswer) => this.#settle(message));
    this.ended = new Promise((resolve) => {
      const gone = () => {
        this.#lose();
        resolve();
      };
      this.process.once('exit', gone).once('error', gone);
    });
  }

  /** @throws when the process is gone, or does not answer within 20 s. */
  ask<Kind extends SinkCommand['kind']>(command: SinkCommand & { kind: Kind }): Promise<SinkAnswers[Kind]> {
    this.#asked += 1;
    const number = this.#asked;
    return new Promise<SinkAnswers[Kind]>((resolve, reject) => {
      const timer = setTimeout(
        () => settle().reject(new Error(`the sink did not answer ${command.kind}`)),
        PATIENCE_MILLIS,
      );
      const settle = () => {
        clearTimeout(timer);
        this.#open.delete(number);
        return { reject };
      };
      this.#open.set(number, {
        resolve: (answer) => {
          settle();
          resolve(answer as SinkAnswers[Kind]);
        },
        reject: (error) => settle().reject(error),
      });
      if (!this.process.connected) return settle().reject(new Error('the sink is gone'));
      this.process.send({ number, command }, (error) => {
        if (error !== null) this.#lose();
      });
    });
  }

  #settle(message: SinkAnswer): void {
    const asked = this.#open.get(message.number);
    if ('problem' in message) asked?.reject(new Error(message.problem));
    else asked?.resolve(message.answer);
  }

  #lose(): void {
    for (const { reject } of [...this.#open.values()]) reject(new Error('the sink is gone'));
  }
}
