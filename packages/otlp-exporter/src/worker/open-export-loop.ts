import { ExportLoop } from '../export-loop/export-loop.ts';
import type { Compress } from '../export-loop/export-loop-options.ts';
import type { PipelineMemory } from '../ring/pipeline-memory.ts';
import { type AttemptReport, timedTransport } from '../transport/timed-transport.ts';
import type { ExportPlatform } from './export-platform.ts';
import { type ExportSettings, loopSettingsOf } from './export-settings.ts';

export interface OpenExportLoopOptions {
  readonly platform: ExportPlatform;
  readonly memory: PipelineMemory;
  readonly settings: ExportSettings;
  readonly compress: Compress;
  readonly log: (line: string) => void;
  /** Called after each attempt. Must not throw. */
  readonly attempted: (attempt: AttemptReport) => void;
  /** See `ExportLoopOptions.failed`. */
  readonly failed: (error: unknown) => void;
}

/** The export loop over the platform's wire and clock, in whichever thread this is called. */
export function openExportLoop(options: OpenExportLoopOptions): ExportLoop {
  const { platform, memory, settings, compress, log, attempted, failed } = options;
  const { endpoints, userAgent } = settings;
  const wire = platform.createTransport({ endpoints, userAgent, log });
  return new ExportLoop({
    ...loopSettingsOf(settings),
    memory,
    transport: timedTransport(wire, platform.clock, attempted),
    clock: platform.clock,
    timers: platform.timers,
    random: platform.random,
    compress,
    log,
    failed,
  });
}
