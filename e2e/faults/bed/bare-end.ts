import { BedApplication } from './application/bed-application.ts';
import type { ApplicationEnd, OnSigterm } from './sick-reading.ts';

const NOWHERE = { url: 'http://127.0.0.1:9', close: async () => undefined };
const known = new Map<OnSigterm, Promise<ApplicationEnd>>();

/** How the bed's application ends at SIGTERM without any telemetry; found out once. */
export function bareEnd(onSigterm: OnSigterm): Promise<ApplicationEnd> {
  const end = known.get(onSigterm) ?? endBare(onSigterm);
  known.set(onSigterm, end);
  return end;
}

async function endBare(onSigterm: OnSigterm): Promise<ApplicationEnd> {
  const bare = await BedApplication.start({ subject: 'none', name: 'bare', route: NOWHERE, onSigterm });
  return bare.stop();
}
