import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SinkCommand, SinkMessage, SinkReport, SinkStart, SinkStep } from './sink-script.ts';

/** An OTLP receiver in a process of its own that does with each request what it was told. */
export interface ScriptedSink {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The next requests meet these steps in turn, later ones `always`. Default: takes everything. */
  script(steps: readonly SinkStep[], always?: SinkStep): Promise<void>;
  report(): Promise<SinkReport>;
  close(): Promise<void>;
}

/** `port` 0 takes a free one; a fixed one is for a sink that comes back. */
export async function startScriptedSink({ port = 0, tls }: Partial<SinkStart> = {}): Promise<ScriptedSink> {
  const child = fork(fileURLToPath(new URL('sink-process.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {},
  });
  const started = await ask(child, { kind: 'start', start: { port, tls } }, 'started');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${started.port}`,
    port: started.port,
    pid: child.pid ?? 0,
    script: async (steps, always = { kind: 'answer' }) => {
      await ask(child, { kind: 'script', steps, always }, 'scripted');
    },
    report: async () => (await ask(child, { kind: 'report' }, 'report')).report,
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

function ask<Kind extends SinkMessage['kind']>(
  child: ChildProcess,
  command: SinkCommand,
  kind: Kind,
): Promise<Extract<SinkMessage, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the sink is gone'));
    child.once('exit', gone);
    child.once('error', gone);
    child.once('message', (message: SinkMessage) => {
      child.off('exit', gone);
      child.off('error', gone);
      if (message.kind === kind) resolve(message as Extract<SinkMessage, { kind: Kind }>);
      else reject(new Error(`the sink said ${message.kind}, not ${kind}`));
    });
    child.send(command, (error) => {
      if (error !== null) gone();
    });
  });
}
