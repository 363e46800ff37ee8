import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestAuthority, type Sink, type TestAuthority } from '@vigil-internal/otlp-sink';
import type { OpenRoute, Route } from '../../bed/backend.ts';
import { sickBackendRow } from '../../bed/sick-backend-row.ts';
import { type FaultProxy, startFaultProxy } from '../../proxy/fault-proxy.ts';
import type { FaultRow } from '../../row.ts';
import { PROBES_ONLY } from './sick-answer.ts';

const HOST = '127.0.0.1';
const PAST = { from: new Date('2020-01-01'), to: new Date('2021-01-01') };

/** A plain proxy that can be made sick, behind it one that speaks TLS, behind that the sink. */
interface TlsWay extends Route {
  readonly front: FaultProxy;
  readonly tls: FaultProxy;
  readonly authority: TestAuthority;
}

let last = 0;

const throughTls: OpenRoute<TlsWay> = async (sink, { folder }) => {
  const authority = createTestAuthority();
  last += 1;
  const file = join(folder, `authority-${last}.pem`);
  writeFileSync(file, authority.certificate);
  const tls = await startFaultProxy({ target: { port: sink.port }, tls: authority.issue(HOST) });
  const front = await startFaultProxy({ target: { port: tls.port } }).catch(async (error: unknown) => {
    await tls.close();
    throw error;
  });
  return {
    url: `https://${HOST}:${front.port}`,
    // The one of OpenTelemetry, and the one of Node.js for who does not know that.
    environment: { OTEL_EXPORTER_OTLP_CERTIFICATE: file, NODE_EXTRA_CA_CERTS: file },
    front,
    tls,
    authority,
    close: async () => {
      await Promise.all([front.close(), tls.close()]);
    },
  };
};

interface Tls {
  readonly id: string;
  readonly fault: string;
  readonly expected: string;
  sicken(way: TlsWay, sink: Sink): Promise<void>;
}

const tlsRow = ({ sicken, ...row }: Tls): FaultRow =>
  sickBackendRow({
    ...row,
    bounds: PROBES_ONLY,
    route: throughTls,
    sicken: async ({ route, sink }) => {
      await sicken(route, sink);
      await route.front.reset();
    },
    heal: async ({ route }) => {
      await route.tls.present(route.authority.issue(HOST));
      await route.front.lead({ port: route.tls.port });
      await route.front.set({});
      await route.front.reset();
    },
  });

/** F13: what can be wrong between two that speak TLS. */
export const tlsRows: readonly FaultRow[] = [
  tlsRow({
    id: 'F13 expired',
    fault: 'its certificate is of 2020',
    expected: 'counted tls, nothing is sent, the breaker opens, one line names the cause',
    sicken: ({ tls, authority }) => tls.present(authority.issue(HOST, PAST)),
  }),
  tlsRow({
    id: 'F13 wrong host',
    fault: 'its certificate is for another name',
    expected: 'as an expired one',
    sicken: ({ tls, authority }) => tls.present(authority.issue('example.org')),
  }),
  tlsRow({
    id: 'F13 unknown authority',
    fault: 'its certificate is signed by an authority nobody trusts, as a self-signed one',
    expected: 'as an expired one',
    sicken: ({ tls }) => tls.present(createTestAuthority().issue(HOST)),
  }),
  tlsRow({
    id: 'F13 plain text',
    fault: 'at its port somebody speaks HTTP without TLS, and would take everything',
    expected: 'nothing goes out in plain text: the sink gets nothing',
    sicken: ({ front }, sink) => front.lead({ port: sink.port }),
  }),
  tlsRow({
    id: 'F13 handshake stalls',
    fault: 'it accepts the connection and never answers the handshake',
    expected: 'the deadline of an attempt counts from its start, the handshake included',
    sicken: ({ front }) => front.set({ downstream: [{ kind: 'timeout', timeoutMillis: 0 }] }),
  }),
];
