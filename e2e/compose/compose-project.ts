import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../collector/otlp-sink.ts';
import { ROOT } from '../stack/vigil.ts';
import type { Engine } from './engine.ts';
import type { EngineApi } from './engine-api.ts';

export const PROGRAMS = process.env.VIGIL_PROGRAMS ?? join(ROOT, '.vigil/programs/bin');
const COMPOSE = join(PROGRAMS, 'docker-compose');

/** Why docker compose cannot be run here; undefined when it can. */
export const noCompose = existsSync(COMPOSE)
  ? undefined
  : `${COMPOSE} is missing: node scripts/setup.mjs --programs builds it`;

/** `NAME=value` lines of versions.env or stack.env. */
export function readEnvFile(name: string): Record<string, string> {
  const text = readFileSync(join(ROOT, name), 'utf8');
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
}

/** A free port for each port setting of stack.env, so that another stack may run beside. */
export async function freeStackPorts(): Promise<Record<string, string>> {
  const names = Object.keys(readEnvFile('stack.env')).filter((name) => name.endsWith('_PORT'));
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
}

/** What a run of docker compose came to. */
export interface ComposeResult {
  readonly code: number | null;
  readonly output: string;
}

/** One container as the engine describes it. */
export interface Container {
  readonly Id: string;
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: { readonly Running: boolean; readonly ExitCode: number; readonly Pid: number };
  readonly Config: {
    readonly User: string;
    readonly Image: string;
    readonly Cmd: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly Privileged: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly Memory: number;
    readonly PidsLimit: number;
    readonly NetworkMode: string;
    readonly RestartPolicy: { readonly Name: string };
    readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string }[]>> | null;
  };
}

/** The committed compose file under a project name of its own. */
export class ComposeProject {
  readonly name: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #api: EngineApi;

  constructor(name: string, engine: Engine, environment: Readonly<Record<string, string>>) {
    this.name = name;
    this.#api = engine.api;
    // HOME: the user's Docker configuration (credential helpers, contexts) is not part of what is tested.
    this.#environment = {
      PATH: process.env.PATH ?? '',
      HOME: '/nonexistent',
      DOCKER_HOST: engine.host,
      ...environment,
    };
  }

  /** Runs `docker compose -f docker-compose.monitoring.yml …`; `more` is laid over the environment for this run. */
  run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<ComposeResult> {
    const words = ['-f', join(ROOT, 'docker-compose.monitoring.yml'), '-p', this.name, '--progress', 'plain', ...args];
    return new Promise((resolve, reject) => {
      // Another folder than the checkout: the file must find its own files from anywhere.
      const child = spawn(COMPOSE, words, { cwd: '/', env: { ...this.#environment, ...more } });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
      }
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, output }));
    });
  }

  /** Every container of the project, by service. */
  async containers(): Promise<Map<string, Container>> {
    const listed = await this.#api.get<{ Id: string }[]>(`/containers/json?all=true&${this.#filter()}`);
    const all = await Promise.all(listed.map(({ Id }) => this.#api.get<Container>(`/containers/${Id}/json`)));
    return new Map(all.map((one) => [one.Config.Labels['com.docker.compose.service'] ?? '', one]));
  }

  /** One service's container. @throws when there is none. */
  async container(service: string): Promise<Container> {
    const found = (await this.containers()).get(service);
    if (found === undefined) throw new Error(`no container of ${service}`);
    return found;
  }

  /** Names of everything the engine still holds for the project. */
  async leftovers(): Promise<string[]> {
    const containers = await this.#api.get<{ Names: string[] }[]>(`/containers/json?all=true&${this.#filter()}`);
    const networks = await this.#api.get<{ Name: string }[]>(`/networks?${this.#filter()}`);
    const volumes = await this.#api.get<{ Volumes: { Name: string }[] | null }>(`/volumes?${this.#filter()}`);
    return [
      ...containers.flatMap(({ Names }) => Names),
      ...networks.map(({ Name }) => Name),
      ...(volumes.Volumes ?? []).map(({ Name }) => Name),
    ];
  }

  #filter(): string {
    const filters = { label: [`com.docker.compose.project=${this.name}`] };
    return `filters=${encodeURIComponent(JSON.stringify(filters))}`;
  }
}
