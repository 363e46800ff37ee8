import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EnvironmentVariables } from '@vigil/config/stack';
import { runCommandLine } from '../src/command-line.ts';
import { runningGroups } from '../src/native/groups.ts';
import { stopSupervisor } from '../src/supervisor/stop-supervisor.ts';
import { chooseColours } from '../src/terminal.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const STACK_FILES = [
  'docker-compose.monitoring.yml',
  'versions.env',
  'stack.env',
  'vigil.yaml',
  'collector',
  'alerting',
  'grafana',
];
const PORTS: Readonly<Record<string, readonly string[]>> = {
  alertmanager: ['VIGIL_ALERTMANAGER_PORT'],
  prometheus: ['VIGIL_PROMETHEUS_PORT'],
  jaeger: ['VIGIL_JAEGER_PORT', 'VIGIL_JAEGER_OTLP_PORT', 'VIGIL_JAEGER_GRPC_PORT', 'VIGIL_JAEGER_METRICS_PORT'],
  loki: ['VIGIL_LOKI_PORT', 'VIGIL_LOKI_GRPC_PORT'],
  'vigil-collector': [
    'VIGIL_OTLP_HTTP_PORT',
    'VIGIL_OTLP_GRPC_PORT',
    'VIGIL_COLLECTOR_METRICS_PORT',
    'VIGIL_COLLECTOR_HEALTH_PORT',
  ],
};

/** What one `vigil …` said. */
export interface Said {
  readonly code: number;
  readonly out: readonly string[];
  readonly notes: readonly string[];
}

/** A copy of the stack's files with stand-ins for its programs: real processes that listen where the real ones would. */
export interface FakeStack {
  readonly root: string;
  readonly home: string;
  readonly programs: string;
  readonly environment: Record<string, string | undefined>;
  /** Replaces a program by a script of Node; an empty one makes the usual stand-in. */
  readonly program: (name: string, source?: string) => void;
  readonly vigil: (words: readonly string[], signal?: AbortSignal) => Promise<Said>;
  /** Ends everything and removes the folder. */
  readonly remove: () => Promise<void>;
}

/** Makes a stack in a temporary folder, all of its ports free ones. */
export async function fakeStack(): Promise<FakeStack> {
  const root = mkdtempSync(join(tmpdir(), 'vigil-stack-'));
  for (const name of STACK_FILES) {
    cpSync(join(REPOSITORY, name), join(root, name), {
      recursive: true,
      filter: (path) => !path.includes('collector/distribution'),
    });
  }
  const home = join(root, '.vigil');
  const programs = join(home, 'programs/bin');
  mkdirSync(programs, { recursive: true });
  const names = [...Object.values(PORTS).flat(), 'VIGIL_PAGER_PORT', 'VIGIL_GRAFANA_PORT'];
  const ports = await freePorts(names.length);
  const environment: Record<string, string | undefined> = {
    PATH: join(root, 'path'),
    VIGIL_ENGINE: 'native',
    ...Object.fromEntries(names.map((name, index) => [name, String(ports[index])])),
  };
  const program = (name: string, source?: string): void => {
    writeScript(join(programs, name), source ?? standIn(PORTS[name] ?? []));
  };
  for (const name of Object.keys(PORTS)) program(name);
  return {
    root,
    home,
    programs,
    environment,
    program,
    vigil: (words, signal) => vigil(words, { root, environment, signal }),
    remove: async () => {
      for (const group of runningGroups({ home })) await stopSupervisor(group.paths);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Writes an executable script of Node; without an extension Node reads it as CommonJS. */
export function writeScript(path: string, source: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!${process.execPath}\n${source}\n`);
  chmodSync(path, 0o755);
}

function standIn(ports: readonly string[]): string {
  return `
    const { createServer } = require('node:http');
    for (const name of ${JSON.stringify(ports)}) {
      createServer((_, answer) => answer.end('fine')).listen(Number(process.env[name]), '127.0.0.1');
    }
    console.log('up with ' + process.argv.slice(2).join(' '));
    process.on('SIGTERM', () => process.exit(0));`;
}

async function vigil(
  words: readonly string[],
  { root, environment, signal }: { root: string; environment: EnvironmentVariables; signal: AbortSignal | undefined },
): Promise<Said> {
  const out: string[] = [];
  const notes: string[] = [];
  const code = await runCommandLine(words, {
    cwd: root,
    environment,
    terminal: {
      out: (line) => void out.push(line),
      note: (line) => void notes.push(line),
      colours: chooseColours({ isTerminal: false, noColor: undefined }),
    },
    now: () => new Date(),
    signal: signal ?? new AbortController().signal,
  });
  return { code, out, notes };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map(portOf);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The port a server listens on. */
export function portOf(server: Server): number {
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}
