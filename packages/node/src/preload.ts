import { createRequire } from 'node:module';
import { readEnvironment } from '@vigil/config/environment';
import { readProcessFacts } from './process-facts.ts';
import { standDown } from './stand-down.ts';
import { writeLine } from './stderr.ts';
import { VERSION } from './version.ts';

/** One file that the build makes of everything below; the source runs as it is. */
const TELEMETRY = import.meta.url.endsWith('.ts') ? './index.ts' : './bundled/telemetry.js';

/**
 * What the preload does. Decides first, with nothing of OpenTelemetry loaded, whether this process is to be instrumented: a flag in
 * `NODE_OPTIONS` reaches npm and every tool.
 *
 * @throws what the API throws that refuses the providers, and whatever keeps a module from being loaded.
 */
export function preload(): void {
  const environment = readEnvironment();
  const { settings } = environment;
  const reason = standDown(readProcessFacts(settings.nodeOptions), settings);
  if (reason === undefined) {
    // By require, because import would be asynchronous and the application must not start before.
    const { startTelemetry } = createRequire(import.meta.url)(TELEMETRY) as typeof import('./index.ts');
    startTelemetry({ environment });
  } else if (!reason.quiet && !settings.quiet) {
    writeLine(`vigil ${VERSION} stands down: ${reason.because}`);
  }
}
