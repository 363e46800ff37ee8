import { ExportLoop } from '../export-loop/export-loop.ts';
import type { Compress } from '../export-loop/export-loop-options.ts';
import type { PipelineMemory } from '../ring/pipeline-memory.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import { type ExportSettings, loopSettingsOf } from './export-settings.ts';
import { systemClock, systemRandom, systemTimers } from './system-clock.ts';

export interface OpenExportLoopOptions {
  readonly memory: PipelineMemory;
  readonly settings: ExportSettings;
  readonly compress: Compress;
  readonly log: (line: string) => void;
  /** See `ExportLoopOptions.failed`. */
  readonly failed: (error: unknown) => void;
}

/** The export loop over HTTP and the machine's clock, in whichever thread this is called. */
export function openExportLoop({ memory, settings, compress, log, failed }: OpenExportLoopOptions): ExportLoop {
  const { endpoints, userAgent } = settings;
  return new ExportLoop({
    ...loopSettingsOf(settings),
    memory,
    transport: createHttpTransport({ endpoints, userAgent, log }),
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    compress,
    log,
    failed,
  });
}
