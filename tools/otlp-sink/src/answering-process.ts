import { type ChildProcess, spawn } from 'node:child_process';

/** Kind of question → what it is asked with, and what it is answered with. */
export type Dialogue = Readonly<Record<string, { readonly asked: unknown; readonly answered: unknown }>>;

interface Question {
  readonly number: number;
  readonly kind: string;
  readonly asked: unknown;
}

type Answer =
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly problem: string };

/** One that is stopped says nothing; whoever asks it then has made a mistake. */
const PATIENCE_MILLIS = 20_000;

/** A program in a process of its own that answers questions: sinks, proxies. It ends with whoever started it. */
export class AnsweringProcess<Spoken extends Dialogue> {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  readonly #name: string;
  readonly #open = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  #asked = 0;

  /** `launcher` is a command that turns into the rest of its arguments: `ip netns exec …`, `taskset …`. */
  constructor(name: string, program: string, launcher: readonly string[] = []) {
    this.#name = name;
    const [command = process.execPath, ...words] = [
      ...launcher,
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      program,
    ];
    // A Ctrl-C of the test is not for it: it ends with its channel.
    this.process = spawn(command, words, {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      detached: true,
    });
    endWithUs(this.process);
    this.process.on('message', (message: Answer) => this.#settle(message));
    this.ended = new Promise((resolve) => {
      const gone = () => {
        this.#lose();
        resolve();
      };
      this.process.once('exit', gone).once('error', gone);
    });
  }

  /** @throws when the process is gone, refuses, or does not answer within 20 s. */
  ask<Kind extends keyof Spoken & string>(kind: Kind, asked: Spoken[Kind]['asked']): Promise<Spoken[Kind]['answered']> {
    this.#asked += 1;
    const number = this.#asked;
    return new Promise<Spoken[Kind]['answered']>((resolve, reject) => {
      const settled = () => {
        clearTimeout(timer);
        this.#open.delete(number);
      };
      const fail = (error: Error) => {
        settled();
        reject(error);
      };
      const timer = setTimeout(() => fail(new Error(`the ${this.#name} did not answer ${kind}`)), PATIENCE_MILLIS);
      const succeed = (answer: Spoken[Kind]['answered']) => {
        settled();
        resolve(answer);
      };
      this.#open.set(number, { resolve: succeed, reject: fail });
      if (!this.process.connected) return this.#lose();
      this.process.send({ number, kind, asked } satisfies Question, (error) => {
        if (error !== null) this.#lose();
      });
    });
  }

  /** SIGKILL, and waits for the end. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  #settle(message: Answer): void {
    const asked = this.#open.get(message.number);
    if ('problem' in message) asked?.reject(new Error(message.problem));
    else asked?.resolve(message.answer);
  }

  #lose(): void {
    for (const { reject } of [...this.#open.values()]) reject(new Error(`the ${this.#name} is gone`));
  }
}

const alive = new Set<ChildProcess>();

/** Without its channel it would end by itself, but not while it is stopped. */
function endWithUs(child: ChildProcess): void {
  if (alive.size === 0) process.once('exit', killAll);
  alive.add(child);
  child.once('exit', () => {
    alive.delete(child);
    if (alive.size === 0) process.off('exit', killAll);
  });
}

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}

/** What a program does with each kind of question. */
export type Answers<Spoken extends Dialogue> = {
  readonly [Kind in keyof Spoken]: (
    asked: Spoken[Kind]['asked'],
  ) => Spoken[Kind]['answered'] | Promise<Spoken[Kind]['answered']>;
};

/** The program's side: answers its parent until that is gone, then ends. */
export function answerParent<Spoken extends Dialogue>(answers: Answers<Spoken>): void {
  process.on('message', async ({ number, kind, asked }: Question) => {
    const tell = (message: Answer) => void process.send?.(message);
    try {
      tell({ number, answer: await answers[kind]?.(asked) });
    } catch (error) {
      tell({ number, problem: error instanceof Error ? error.message : String(error) });
    }
  });
  process.on('disconnect', () => process.exit());
}
