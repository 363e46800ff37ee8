import { startSink } from '@vigil-internal/otlp-sink';
import type { RowContext } from '../row.ts';
import { BedApplication } from './application/bed-application.ts';
import { type Backend, direct, type Route } from './backend.ts';
import { coresOf, launcherOn } from './cores.ts';
import type { SickBackend, SickOnly } from './sick-backend.ts';
import type { OnSigterm } from './sick-reading.ts';

/** One of the two applications, with the backend it sends to. */
export interface Side<Way extends Route> {
  readonly backend: Backend<Way>;
  /** Starts one life of its application, under a `service.name` of its own. */
  start(name: string, onSigterm?: OnSigterm): Promise<BedApplication>;
  /** Ends everything of it, whatever state it is in. Never rejects. */
  close(): Promise<void>;
}

/** Starts a sink and the way to it; `own` is what only this side's application gets. */
export async function openSide<Way extends Route>(
  sick: SickBackend<Way>,
  context: RowContext,
  own?: SickOnly,
): Promise<Side<Way>> {
  const cores = coresOf(context.effort);
  const sink = await startSink({ launcher: launcherOn(cores.others) });
  // Without a way of the row's own `Way` is a plain route.
  const open = sick.route ?? (direct as unknown as NonNullable<typeof sick.route>);
  const route = await open(sink, context).catch(async (error: unknown) => {
    await sink.close();
    throw error;
  });
  const applications: BedApplication[] = [];
  return {
    backend: { sink, route },
    async start(name, onSigterm = 'drain') {
      const { environment } = sick;
      const { subject } = context;
      const application = await BedApplication.start({ subject, name, route, environment, own, onSigterm, cores });
      applications.push(application);
      return application;
    },
    async close() {
      await Promise.allSettled(applications.map((one) => one.dispose()));
      await Promise.allSettled([route.close(), sink.close()]);
    },
  };
}
