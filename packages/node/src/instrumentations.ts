import type { TelemetrySettings } from '@vigil/config/environment';
import type { InstrumentationEntry } from './instrumentations/entry.ts';
import { EXPRESS } from './instrumentations/express.ts';
import { FASTIFY } from './instrumentations/fastify.ts';
import { HTTP } from './instrumentations/http.ts';
import { IOREDIS } from './instrumentations/ioredis.ts';
import { PG } from './instrumentations/pg.ts';
import { PINO } from './instrumentations/pino.ts';
import { RUNTIME_NODE } from './instrumentations/runtime-node.ts';
import { UNDICI } from './instrumentations/undici.ts';

/**
 * Everything Vigil looks into. Not here: Socket.IO, because OpenTelemetry's instrumentation breaks `socket.off()`, and
 * Drizzle, for which there is none.
 */
export const INSTRUMENTATIONS: readonly InstrumentationEntry[] = [
  HTTP,
  UNDICI,
  EXPRESS,
  FASTIFY,
  PG,
  IOREDIS,
  PINO,
  RUNTIME_NODE,
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
  const known = new Set(entries.map(({ name }) => name));
  return {
    entries: entries.filter(({ name }) => (enabled?.includes(name) ?? true) && !disabled.includes(name)),
    unknownNames: [...(enabled ?? []), ...disabled].filter((name) => !known.has(name)),
  };
}
