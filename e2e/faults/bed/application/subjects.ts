import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareAgent } from '../../../../bench/overhead/agent-folder.ts';
import { VARIANTS } from '../../../../bench/overhead/variants.ts';
import { ROOT } from '../../../stack/vigil.ts';
import type { Subject } from '../../row.ts';
import type { Route } from '../backend.ts';

/** A subject, or the application alone. */
export type Telemetry = Subject | 'none';

/** How telemetry gets into an application, as its documentation says. */
export interface Preload {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const COMPETITORS = join(ROOT, 'bench/competitors');
const STOCK = join(COMPETITORS, 'stock');
const DATADOG = join(COMPETITORS, 'dd-trace');

/** Where a subject's modules are installed, with a lock file of its own; undefined for what is in the workspace. */
export function folderOf(subject: Telemetry): string | undefined {
  return { none: undefined, vigil: undefined, upstream: STOCK, 'dd-trace': DATADOG }[subject];
}

/** Installs a subject's modules as locked when they are missing. @throws when npm fails. */
export function prepareSubject(subject: Subject, progress: (text: string) => void): void {
  const variant = VARIANTS.find(({ folder }) => folder === folderOf(subject));
  if (variant !== undefined) prepareAgent(variant, progress);
}

/** Why a subject cannot be put into the bed; undefined when it can. */
export function subjectLack(subject: Subject): string | undefined {
  const folder = folderOf(subject);
  if (folder === undefined || existsSync(join(folder, 'node_modules'))) return undefined;
  return `not installed: npm ci in ${folder.slice(ROOT.length + 1)}`;
}

/** Defaults of each subject but for: every span is exported, and nobody asks a cloud who it is. */
export function preloadOf(subject: Telemetry, name: string, { url }: Route): Preload {
  const otlp = {
    OTEL_SERVICE_NAME: name,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_SAMPLER: 'always_on',
  };
  switch (subject) {
    case 'none':
      return { flags: [], environment: {} };
    case 'vigil':
      return { flags: ['--import', '@vigil/node/register'], environment: otlp };
    case 'upstream':
      return {
        flags: ['--require', join(STOCK, 'node_modules/@opentelemetry/auto-instrumentations-node/dist/register.cjs')],
        environment: { ...otlp, OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process' },
      };
    case 'dd-trace':
      return {
        flags: ['--require', join(DATADOG, 'node_modules/dd-trace/init.js')],
        environment: {
          DD_SERVICE: name,
          DD_TRACE_AGENT_URL: url,
          DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
          DD_REMOTE_CONFIGURATION_ENABLED: 'false',
        },
      };
  }
}
