import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createStoreClient,
  inheritedEnvironment,
  loadStackSettings,
  nativePaths,
  nativePrograms,
  type StackPaths,
  type StackUrls,
  type StoreClient,
  stackUrls,
  writeEtc,
} from '@vigil/cli';
import { parseVigilConfig } from '@vigil/config/file';
import { render } from '@vigil/monitoring';
import { parse, stringify } from 'yaml';
import { freePorts } from '../../../../collector/otlp-sink.ts';
import { ROOT } from '../../../../stack/vigil.ts';
import type { RowContext } from '../../../row.ts';
import { StackProcess } from './stack-process.ts';

/** Programs of the stack, in the order in which they start. */
export type ProgramName = 'alertmanager' | 'prometheus' | 'jaeger' | 'loki' | 'collector';

/** A vigil.yaml as it stands in the file. */
export interface VigilFile {
  readonly alerting: Record<string, unknown>;
  readonly receivers: Record<string, unknown>;
}

/** What a row may have otherwise than the stack as it is shipped. */
export interface StackOptions {
  /** Settings of stack.env. Ports are always free ones. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Keys of vigil.yaml from which rules and routing are rendered: shorter holds, more receivers. */
  readonly alerting?: Readonly<Record<string, unknown>>;
  /** Addresses of webhooks; a receiver without one is left out. */
  readonly webhooks?: { readonly pager?: string; readonly ticket?: string; readonly deadMan?: string };
  /** How often Prometheus scrapes, instead of every 15 s. */
  readonly scrapeSeconds?: number;
}

const SECRETS = { pager: 'pager-url', ticket: 'ticket-url', deadMan: 'dead-man-url' } as const;
/** Port 9: nobody listens there. */
const NOBODY = 'http://127.0.0.1:9/';

/**
 * A stack of its own: the shipped files, the real programs with the arguments and the environment that `vigil up` gives
 * them, free ports, and a folder that goes with the row. Nothing is started before it is asked for.
 */
export class StackBed {
  readonly urls: StackUrls;
  readonly stores: StoreClient;
  readonly etc: string;
  readonly #context: RowContext;
  readonly #data: string;
  readonly #programs = new Map<string, StackProcess>();
  readonly #settings: ReturnType<typeof loadStackSettings>;

  private constructor(context: RowContext, paths: StackPaths, settings: ReturnType<typeof loadStackSettings>) {
    this.#context = context;
    this.#settings = settings;
    this.#data = paths.native.data;
    this.etc = paths.native.etc;
    this.urls = stackUrls(settings);
    this.stores = createStoreClient(this.urls);
    const inherited = inheritedEnvironment(process.env);
    for (const { spec } of nativePrograms({ paths, settings, inherited, pagerAddress: NOBODY })) {
      const logFile = join(paths.native.logs, `${spec.name}.log`);
      this.#programs.set(spec.name, new StackProcess(spec, logFile, context.signal));
    }
  }

  /** Writes the files of a stack into the row's folder. */
  static async open(context: RowContext, options: StackOptions = {}): Promise<StackBed> {
    const home = join(context.folder, 'stack');
    const programs = process.env.VIGIL_PROGRAMS ?? join(ROOT, '.vigil/programs/bin');
    const paths: StackPaths = { root: ROOT, home, programs, native: nativePaths(join(home, 'native')) };
    const settings = loadStackSettings(ROOT, { ...(await portSettings()), ...options.settings });
    const bed = new StackBed(context, paths, settings);
    writeEtc({ root: ROOT, etc: bed.etc, settings, pagerUrl: options.webhooks?.pager ?? NOBODY });
    bed.#writeMonitoring(options);
    return bed;
  }

  program(name: ProgramName): StackProcess {
    const program = this.#programs.get(name);
    if (program === undefined) throw new Error(`no program ${name}`);
    return program;
  }

  /** A setting of stack.env as this stack has it. */
  setting(name: string): number {
    return this.#settings.number(name);
  }

  /** The folder in which a program keeps its state. */
  data(name: ProgramName): string {
    const folder = join(this.#data, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Starts programs one after the other, each ready before the next. */
  async start(...names: readonly ProgramName[]): Promise<void> {
    for (const name of names) {
      const seconds = await this.program(name).start();
      this.#context.progress(`${name} is ready after ${seconds.toFixed(1)} s`);
    }
  }

  /** Sum of one of a program's own metrics over all series whose labels contain `labels`; 0 when there is none yet. */
  async metric(name: ProgramName, metric: string, labels = ''): Promise<number> {
    const port = {
      collector: 'VIGIL_COLLECTOR_METRICS_PORT',
      jaeger: 'VIGIL_JAEGER_METRICS_PORT',
      loki: 'VIGIL_LOKI_PORT',
      prometheus: 'VIGIL_PROMETHEUS_PORT',
      alertmanager: 'VIGIL_ALERTMANAGER_PORT',
    }[name];
    const text = await (await fetch(`http://127.0.0.1:${this.setting(port)}/metrics`)).text();
    const rows = text.split('\n').filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
    return rows
      .filter((line) => line.includes(labels))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Ends everything at once: the folder is the row's and goes with it. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#programs.values()].map((one) => one.end('SIGKILL')));
  }

  /** Rules and routing from vigil.yaml with what the row changes in it. */
  #writeMonitoring({ alerting = {}, webhooks = {}, scrapeSeconds }: StackOptions): void {
    const file = parse(readFileSync(join(ROOT, 'vigil.yaml'), 'utf8')) as VigilFile;
    for (const [receiver, secret] of Object.entries(SECRETS)) {
      const url = webhooks[receiver as keyof typeof SECRETS];
      if (url === undefined) continue;
      file.receivers[receiver] = { urlFile: `secrets/${secret}` };
      writeFileSync(join(this.etc, 'alertmanager/secrets', secret), url, { mode: 0o600 });
    }
    Object.assign(file.alerting, alerting);
    for (const [path, text] of render(parseVigilConfig(stringify(file), 'vigil.yaml'))) {
      if (path === 'alerting/alertmanager.yaml') writeFileSync(join(this.etc, 'alertmanager/alertmanager.yaml'), text);
      if (path.startsWith('alerting/rules/'))
        writeFileSync(join(this.etc, 'prometheus', path.slice('alerting/'.length)), text);
    }
    if (scrapeSeconds === undefined) return;
    const prometheus = join(this.etc, 'prometheus/prometheus.yaml');
    const timing = `scrape_interval: ${scrapeSeconds}s\n  scrape_timeout: ${scrapeSeconds}s`;
    const text = readFileSync(prometheus, 'utf8').replace(/scrape_interval: 15s\n {2}scrape_timeout: 10s/, timing);
    writeFileSync(prometheus, text);
  }
}

async function portSettings(): Promise<Record<string, string>> {
  const text = readFileSync(join(ROOT, 'stack.env'), 'utf8');
  const names = [...text.matchAll(/^(VIGIL_\w+_PORT)=/gm)].map((match) => match[1] ?? '');
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
}
