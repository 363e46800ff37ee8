import { BedApplication } from './application/bed-application.ts';
import type { ApplicationEnd } from './sick-reading.ts';

const NOWHERE = { url: 'http://127.0.0.1:9', close: async () => undefined };
let known: Promise<ApplicationEnd> | undefined;

/** How the bed's application ends at SIGTERM without any telemetry; found out once. */
export function bareEnd(): Promise<ApplicationEnd> {
  known ??= BedApplication.start({ subject: 'none', name: 'bare', route: NOWHERE }).then((bare) => bare.stop());
  return known;
}
