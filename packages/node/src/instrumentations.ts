import type { TelemetrySettings } from '@vigil/config/environment';
import { createDrizzleInstrumentation } from '@vigil/instrumentation/drizzle';
import { createHttpInstrumentation } from '@vigil/instrumentation/http';
import { createPgInstrumentation } from '@vigil/instrumentation/pg';
import { createRedisInstrumentation } from '@vigil/instrumentation/redis';
import {
  expressRoutes,
  fastifyRoutes,
  honoRoutes,
  koaRoutes,
  nestjsRoutes,
  nextRoutes,
} from '@vigil/instrumentation/routes';
import { createRuntimeInstrumentation } from '@vigil/instrumentation/runtime';
import { createUndiciInstrumentation } from '@vigil/instrumentation/undici';
import type { InstrumentationEntry } from './instrumentations/entry.ts';
import { PINO } from './instrumentations/pino.ts';
import { isOwnScrape } from './signals/prometheus-server.ts';

/** Everything Vigil looks into. Not here: Socket.IO, because OpenTelemetry's instrumentation breaks `socket.off()`. */
export const INSTRUMENTATIONS: readonly InstrumentationEntry[] = [
  { name: 'http', create: (host) => createHttpInstrumentation(host, { ignoreIncoming: isOwnScrape }) },
  { name: 'undici', create: (host) => createUndiciInstrumentation(host) },
  { name: 'express', create: expressRoutes },
  { name: 'fastify', create: fastifyRoutes },
  { name: 'hono', create: honoRoutes },
  { name: 'koa', create: koaRoutes },
  { name: 'nestjs', aliases: ['nestjs-core'], create: nestjsRoutes },
  { name: 'next', create: nextRoutes },
  { name: 'drizzle', create: (host) => createDrizzleInstrumentation(host) },
  { name: 'pg', create: (host) => createPgInstrumentation(host) },
  {
    name: 'redis',
    aliases: ['ioredis'],
    create: (host) => createRedisInstrumentation(host),
  },
  PINO,
  { name: 'runtime-node', create: (host) => createRuntimeInstrumentation(host) },
];

export interface SelectedInstrumentations {
  readonly entries: readonly InstrumentationEntry[];
  /** Asked for or switched off by a name nobody has. */
  readonly unknownNames: readonly string[];
}

/** Applies `OTEL_NODE_ENABLED_INSTRUMENTATIONS`, then `OTEL_NODE_DISABLED_INSTRUMENTATIONS`. Pure; never throws. */
export function selectInstrumentations(
  entries: readonly InstrumentationEntry[],
  wish: Pick<TelemetrySettings, 'enabledInstrumentations' | 'disabledInstrumentations'>,
): SelectedInstrumentations {
  const { enabledInstrumentations: enabled, disabledInstrumentations: disabled } = wish;
  const known = new Set(entries.flatMap(namesOf));
  const isAmong = (names: readonly string[], entry: InstrumentationEntry) =>
    namesOf(entry).some((name) => names.includes(name));
  return {
    entries: entries.filter((entry) => (enabled === undefined || isAmong(enabled, entry)) && !isAmong(disabled, entry)),
    unknownNames: [...(enabled ?? []), ...disabled].filter((name) => !known.has(name)),
  };
}

const namesOf = ({ name, aliases = [] }: InstrumentationEntry): readonly string[] => [name, ...aliases];
