import type { StackSettings } from '@vigil/config/stack';
import { imageVersion } from '../image-version.ts';
import { type ProgramRow, secondsSince } from '../stack-status.ts';
import type { Readiness } from '../supervisor/program-spec.ts';

/** What is used of `docker inspect`. */
export interface Container {
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly Config: { readonly Image: string; readonly Labels: Readonly<Record<string, string>> };
  readonly NetworkSettings: { readonly Ports: Readonly<Record<string, readonly { HostPort: string }[] | null>> };
}

/** What a person opens of a service, and the path that answers when it is ready. */
interface Door {
  readonly setting: string;
  readonly path: string;
  readonly status?: number;
}

const DOORS: Readonly<Record<string, Door>> = {
  // The health extension's port stays inside the network. The receiver refuses GET with 405: then it listens.
  collector: { setting: 'VIGIL_OTLP_HTTP_PORT', path: '/v1/traces', status: 405 },
  prometheus: { setting: 'VIGIL_PROMETHEUS_PORT', path: '/-/ready' },
  alertmanager: { setting: 'VIGIL_ALERTMANAGER_PORT', path: '/-/ready' },
  jaeger: { setting: 'VIGIL_JAEGER_PORT', path: '/api/services' },
  loki: { setting: 'VIGIL_LOKI_PORT', path: '/ready' },
  grafana: { setting: 'VIGIL_GRAFANA_PORT', path: '/api/health' },
  pager: { setting: 'VIGIL_PAGER_PORT', path: '/' },
};

/** A service's probe through its published port; undefined when it publishes none. */
export interface ServiceProbe {
  readonly url: string;
  readonly ready: Readiness;
}

/** Finds out how to probe a container from outside. Never throws for settings that were checked. */
export function serviceProbe(container: Container, settings: StackSettings): ServiceProbe | undefined {
  const door = DOORS[serviceOf(container)];
  if (door === undefined) return undefined;
  const port = settings.number(door.setting);
  const published = Object.values(container.NetworkSettings.Ports).flatMap((ports) => ports ?? []);
  if (!published.some(({ HostPort }) => Number(HostPort) === port)) return undefined;
  const url = `http://127.0.0.1:${port}`;
  const status = door.status === undefined ? {} : { status: door.status };
  return { url, ready: { kind: 'http', url: `${url}${door.path}`, ...status } };
}

/** Name of the compose service that a container belongs to. */
export function serviceOf(container: Container): string {
  return container.Config.Labels['com.docker.compose.service'] ?? '';
}

/**
 * Readiness as the engine knows it, for containers that publish nothing: its own health check, else running. One that
 * ran to its end, an init service, is ready with exit code 0.
 */
export function ownReadiness({ State }: Container): boolean {
  if (State.Status === 'exited') return State.ExitCode === 0;
  return State.Status === 'running' && (State.Health === undefined || State.Health.Status === 'healthy');
}

/** One row of `vigil status`. Never throws. */
export function containerRow(
  container: Container,
  answer: { readonly ready: boolean; readonly detail?: string; readonly url?: string },
  now: Date,
): ProgramRow {
  const { State, Config } = container;
  const running = State.Status === 'running';
  const end = `exit ${State.ExitCode}`;
  const detail = answer.detail ?? (State.Status === 'exited' ? end : (State.Health?.Status ?? State.Status));
  return {
    name: serviceOf(container),
    title: serviceOf(container),
    state: State.Status,
    ready: answer.ready,
    ...(!answer.ready && { detail }),
    ...(running && { pid: State.Pid, startedAt: State.StartedAt, uptimeSeconds: secondsSince(State.StartedAt, now) }),
    restarts: container.RestartCount,
    ...(State.Status === 'exited' && { lastExit: end }),
    ...(answer.url !== undefined && { url: answer.url }),
    version: imageVersion(Config.Image),
  };
}
