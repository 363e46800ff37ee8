import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StackSettings } from '@vigil/config/stack';
import { CommandError } from '../command-error.ts';
import { imageVersion } from '../image-version.ts';
import type { StackPaths } from '../stack-paths.ts';
import type { ProgramSpec } from '../supervisor/program-spec.ts';
import { pagerMain } from './pager.ts';
import type { PortUse } from './ports.ts';

/** A program of the stack as the native engine runs it. */
export interface NativeProgram {
  readonly spec: ProgramSpec;
  readonly ports: readonly PortUse[];
}

/** What the table of programs is made from. */
export interface ProgramContext {
  readonly paths: StackPaths;
  readonly settings: StackSettings;
  /** From `inheritedEnvironment`. */
  readonly inherited: Readonly<Record<string, string>>;
  /** Address that pages go to instead of the example pager. */
  readonly pagerAddress: string | undefined;
}

const HOST = '127.0.0.1';
/** One row of the table: what differs between the programs. */
interface Row {
  readonly name: string;
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly ready: string;
  /** Settings that hold its ports; the first is the one that people open. */
  readonly ports: readonly string[];
  /** Settings that hold its version and its GOMEMLIMIT. */
  readonly image?: string;
  readonly goMemoryMib?: string;
  readonly usuallySeconds: number;
  /** Time it may take to write down what it holds in memory, in milliseconds: as in the compose file. */
  readonly stopMillis?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: its data folder. */
  readonly directory?: string;
}

/**
 * The programs in the order in which they start: who receives comes before who sends, so that nothing has to be retried
 * at start, and the collector, stopped first, can hand over what it holds.
 *
 * @throws CommandError for an overlay that does not exist, ConfigError for a setting that is missing.
 */
export function nativePrograms(context: ProgramContext): readonly NativeProgram[] {
  const makers = [pager, alertmanager, prometheus, jaeger, loki, collector];
  return makers.flatMap((maker) => {
    const row = maker(context);
    return row === undefined ? [] : [nativeProgram(row, context)];
  });
}

/** Programs whose executable is not there, by file name. */
export function missingPrograms(programs: readonly NativeProgram[]): string[] {
  return programs.flatMap(({ spec }) => (existsSync(spec.command) ? [] : [spec.command]));
}

function nativeProgram(row: Row, { paths, settings, inherited }: ProgramContext): NativeProgram {
  const [opened] = row.ports;
  const url = opened === undefined ? undefined : `http://${HOST}:${settings.number(opened)}`;
  return {
    ports: row.ports.map((setting) => ({ port: settings.number(setting), title: row.title, setting })),
    spec: {
      name: row.name,
      title: row.title,
      command: row.command,
      args: row.args,
      environment: {
        ...inherited,
        ...settings.values,
        VIGIL_BIND_ADDRESS: HOST,
        VIGIL_STATE_DIRECTORY: join(paths.native.data, row.name),
        ...(row.goMemoryMib !== undefined && { GOMEMLIMIT: `${settings.number(row.goMemoryMib)}MiB` }),
        ...row.environment,
      },
      directory: row.directory ?? join(paths.native.data, row.name),
      ready: { kind: 'http', url: row.ready },
      ...(url !== undefined && { url }),
      ...(row.image !== undefined && { version: imageVersion(settings.text(row.image)) }),
      usuallySeconds: row.usuallySeconds,
      ...(row.stopMillis !== undefined && { stopMillis: row.stopMillis }),
    },
  };
}

function pager({ paths, settings, pagerAddress }: ProgramContext): Row | undefined {
  const main = pagerMain(paths.root);
  if (main === undefined || pagerAddress !== undefined) return undefined;
  const port = settings.number('VIGIL_PAGER_PORT');
  return {
    name: 'pager',
    title: 'Pager',
    command: process.execPath,
    args: [main],
    environment: { PAGER_HOST: HOST, PAGER_PORT: String(port) },
    ready: `http://${HOST}:${port}/`,
    ports: ['VIGIL_PAGER_PORT'],
    usuallySeconds: 1,
  };
}

function alertmanager({ paths, settings }: ProgramContext): Row {
  const port = settings.number('VIGIL_ALERTMANAGER_PORT');
  return {
    name: 'alertmanager',
    title: 'Alertmanager',
    command: join(paths.programs, 'alertmanager'),
    args: [
      `--config.file=${join(paths.native.etc, 'alertmanager/alertmanager.yaml')}`,
      `--storage.path=${join(paths.native.data, 'alertmanager')}`,
      `--data.retention=${settings.text('VIGIL_ALERTMANAGER_RETENTION_TIME')}`,
      // How much a crash may forget of silences and of what was sent; the default is 15 minutes.
      '--data.maintenance-interval=1m',
      '--enable-feature=receiver-name-in-metrics',
      `--web.listen-address=${HOST}:${port}`,
      `--web.external-url=http://${HOST}:${port}`,
      '--cluster.listen-address=',
    ],
    ready: `http://${HOST}:${port}/-/ready`,
    ports: ['VIGIL_ALERTMANAGER_PORT'],
    image: 'VIGIL_ALERTMANAGER_IMAGE',
    goMemoryMib: 'VIGIL_ALERTMANAGER_GOMEMLIMIT_MIB',
    usuallySeconds: 1,
    // It reads url_file relative to its working directory.
    directory: join(paths.native.etc, 'alertmanager'),
  };
}

function prometheus({ paths, settings }: ProgramContext): Row {
  const port = settings.number('VIGIL_PROMETHEUS_PORT');
  return {
    name: 'prometheus',
    title: 'Prometheus',
    command: join(paths.programs, 'prometheus'),
    args: [
      `--config.file=${join(paths.native.etc, 'prometheus/prometheus.yaml')}`,
      `--storage.tsdb.path=${join(paths.native.data, 'prometheus')}`,
      `--storage.tsdb.retention.time=${settings.text('VIGIL_PROMETHEUS_RETENTION_TIME')}`,
      `--storage.tsdb.retention.size=${settings.text('VIGIL_PROMETHEUS_RETENTION_SIZE')}`,
      `--web.listen-address=${HOST}:${port}`,
      `--web.external-url=http://${HOST}:${port}`,
      '--web.enable-otlp-receiver',
      '--enable-feature=exemplar-storage',
      // Below the shortest wait of a rule: by default Prometheus forgets at a restart how long an alert has waited when
      // its rule waits for less than 10 minutes, and one that fired waits anew.
      '--rules.alert.for-grace-period=30s',
    ],
    ready: `http://${HOST}:${port}/-/ready`,
    ports: ['VIGIL_PROMETHEUS_PORT'],
    image: 'VIGIL_PROMETHEUS_IMAGE',
    goMemoryMib: 'VIGIL_PROMETHEUS_GOMEMLIMIT_MIB',
    usuallySeconds: 2,
    stopMillis: 60_000,
  };
}

function jaeger({ paths, settings }: ProgramContext): Row {
  return {
    name: 'jaeger',
    title: 'Jaeger',
    command: join(paths.programs, 'jaeger'),
    args: [`--config=${join(paths.native.etc, 'jaeger/jaeger.yaml')}`],
    ready: `http://${HOST}:${settings.number('VIGIL_JAEGER_PORT')}/api/services`,
    ports: ['VIGIL_JAEGER_PORT', 'VIGIL_JAEGER_OTLP_PORT', 'VIGIL_JAEGER_GRPC_PORT', 'VIGIL_JAEGER_METRICS_PORT'],
    image: 'VIGIL_JAEGER_IMAGE',
    goMemoryMib: 'VIGIL_JAEGER_GOMEMLIMIT_MIB',
    usuallySeconds: 2,
    stopMillis: 30_000,
  };
}

function loki({ paths, settings }: ProgramContext): Row {
  return {
    name: 'loki',
    title: 'Loki',
    command: join(paths.programs, 'loki'),
    args: [`-config.file=${join(paths.native.etc, 'loki/loki.yaml')}`, '-config.expand-env=true'],
    ready: `http://${HOST}:${settings.number('VIGIL_LOKI_PORT')}/ready`,
    ports: ['VIGIL_LOKI_PORT', 'VIGIL_LOKI_GRPC_PORT'],
    image: 'VIGIL_LOKI_IMAGE',
    goMemoryMib: 'VIGIL_LOKI_GOMEMLIMIT_MIB',
    usuallySeconds: 3,
    stopMillis: 60_000,
  };
}

function collector({ paths, settings }: ProgramContext): Row {
  const configs = ['gateway', `overlays/${known(settings.text('VIGIL_COLLECTOR_OVERLAY'), paths.root)}`];
  const at = (setting: string): string => `http://${HOST}:${settings.number(setting)}`;
  return {
    name: 'collector',
    title: 'Collector',
    command: join(paths.programs, 'vigil-collector'),
    args: configs.map((name) => `--config=${join(paths.native.etc, 'collector', `${name}.yaml`)}`),
    environment: {
      VIGIL_PROMETHEUS_URL: at('VIGIL_PROMETHEUS_PORT'),
      VIGIL_LOKI_URL: at('VIGIL_LOKI_PORT'),
      VIGIL_JAEGER_OTLP_URL: at('VIGIL_JAEGER_OTLP_PORT'),
    },
    ready: `${at('VIGIL_COLLECTOR_HEALTH_PORT')}/`,
    ports: [
      'VIGIL_OTLP_HTTP_PORT',
      'VIGIL_OTLP_GRPC_PORT',
      'VIGIL_COLLECTOR_METRICS_PORT',
      'VIGIL_COLLECTOR_HEALTH_PORT',
    ],
    image: 'VIGIL_COLLECTOR_IMAGE',
    goMemoryMib: 'VIGIL_COLLECTOR_GOMEMLIMIT_MIB',
    usuallySeconds: 2,
    stopMillis: 20_000,
  };
}

function known(overlay: string, root: string): string {
  const folder = join(root, 'collector/overlays');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];
  if (names.includes(`${overlay}.yaml`)) return overlay;
  const choice = names.map((name) => name.replace(/\.yaml$/, '')).join(', ') || 'none';
  throw new CommandError(`overlay ${overlay}: no such file in collector/overlays; there is: ${choice}`);
}
