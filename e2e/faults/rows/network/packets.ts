import type { OpenRoute, Route } from '../../bed/backend.ts';
import { sickBackendRow } from '../../bed/sick-backend-row.ts';
import { createNamespace, type Namespace, type PacketFault } from '../../machine/namespace.ts';
import { startFaultProxy } from '../../proxy/fault-proxy.ts';
import type { FaultRow } from '../../row.ts';
import { PROBES_ONLY } from './sick-answer.ts';

/** The application lives in a network of its own; its cable leads to a proxy of the machine, and that to the sink. */
interface CableWay extends Route {
  readonly namespace: Namespace;
  readonly port: number;
}

const throughCable: OpenRoute<CableWay> = async (sink) => {
  const namespace = createNamespace();
  try {
    const proxy = await startFaultProxy({ target: { port: sink.port }, host: namespace.outside });
    return {
      url: `http://${namespace.outside}:${proxy.port}`,
      command: namespace.command,
      host: namespace.inside,
      namespace,
      port: proxy.port,
      close: async () => {
        await proxy.close();
        namespace.remove();
      },
    };
  } catch (error) {
    namespace.remove();
    throw error;
  }
};

interface Packets {
  readonly id: string;
  readonly fault: string;
  readonly expected: string;
  readonly packets: PacketFault;
  /** Something gets through: requests are as many as with a healthy one. */
  readonly isPassable?: boolean;
}

const packetRow = ({ packets, isPassable = false, ...row }: Packets): FaultRow =>
  sickBackendRow({
    ...row,
    needs: ['root', 'netns', 'iptables'],
    ...(isPassable ? {} : { bounds: PROBES_ONLY }),
    route: throughCable,
    sicken: async ({ route }) => route.namespace.set(route.port, packets),
    heal: async ({ route }) => route.namespace.set(route.port, undefined),
  });

/** F1, F3 by packets, and F11: what no program does. */
export const packetRows: readonly FaultRow[] = [
  packetRow({
    id: 'F1 rejected',
    fault: 'a firewall resets every packet (iptables REJECT)',
    expected: 'as nobody listening',
    packets: { kind: 'reject' },
  }),
  packetRow({
    id: 'F3 dropped',
    fault: 'a firewall drops every packet, connections that are open included (iptables DROP)',
    expected: 'as a hang',
    packets: { kind: 'drop' },
  }),
  packetRow({
    id: 'F11 black hole',
    fault: 'packets above 600 bytes vanish, small ones pass (a tunnel with a smaller MTU nobody tells)',
    expected:
      'as a hang: a small request that gets through must not close the breaker for large ones, every probe is a real batch',
    packets: { kind: 'black-hole', bytes: 600 },
    isPassable: true,
  }),
  packetRow({
    id: 'F11 30 % loss',
    fault: 'three packets of ten vanish, each way',
    expected: 'what gets through within the deadline is delivered, the rest is counted',
    packets: { kind: 'loss', part: 0.3 },
    isPassable: true,
  }),
  packetRow({
    id: 'F11 1 Mbit/s',
    fault: 'the way out carries 1 Mbit/s',
    expected: 'everything fits: gzip makes it a tenth',
    packets: { kind: 'narrow', kbitPerSecond: 1_000 },
    isPassable: true,
  }),
  packetRow({
    id: 'F11 64 kbit/s',
    fault: 'the way out carries 64 kbit/s, less than is sent',
    expected:
      'what does not get through within the deadline is counted; the breaker keeps large batches from being sent for nothing',
    packets: { kind: 'narrow', kbitPerSecond: 64 },
    isPassable: true,
  }),
];
