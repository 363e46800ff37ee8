import type { OpenRoute, Route } from '../../bed/backend.ts';
import { sickBackendRow } from '../../bed/sick-backend-row.ts';
import { type NameAnswer, type NameServer, startNameServer } from '../../machine/name-server.ts';
import { createNamespace, type Namespace } from '../../machine/namespace.ts';
import { type FaultProxy, startFaultProxy } from '../../proxy/fault-proxy.ts';
import type { FaultRow } from '../../row.ts';
import { PROBES_ONLY } from './sick-answer.ts';

const NAME = 'collector.vigil.test';

/** The application knows the backend by a name, and asks a server of ours for it. */
interface NamedWay extends Route {
  readonly names: NameServer;
  readonly namespace: Namespace;
  /** At the address that the name had at first. */
  readonly here: FaultProxy;
}

const byName: OpenRoute<NamedWay> = async (sink) => {
  const namespace = createNamespace();
  const opened: { close(): Promise<void> }[] = [{ close: async () => namespace.remove() }];
  const close = async () => {
    for (const one of opened.toReversed()) await one.close();
  };
  try {
    const { outside, elsewhere, inside, command } = namespace;
    const names = await startNameServer(outside);
    opened.push(names);
    namespace.resolveBy(outside);
    names.answer({ kind: 'address', address: outside });
    const here = await startFaultProxy({ target: { port: sink.port }, host: outside });
    opened.push(here);
    opened.push(await startFaultProxy({ target: { port: sink.port }, host: elsewhere, port: here.port }));
    return { url: `http://${NAME}:${here.port}`, command, host: inside, names, namespace, here, close };
  } catch (error) {
    await close();
    throw error;
  }
};

interface Named {
  readonly id: string;
  readonly fault: string;
  readonly expected: string;
  answer(namespace: Namespace): NameAnswer;
}

/** A name is looked up when a connection is made: those that are open break with the fault. */
const nameRow = ({ answer, ...row }: Named): FaultRow =>
  sickBackendRow({
    ...row,
    needs: ['root', 'netns', 'iptables'],
    bounds: PROBES_ONLY,
    route: byName,
    sicken: async ({ route }) => {
      route.names.answer(answer(route.namespace));
      await route.here.reset();
    },
    heal: async ({ route }) => route.names.answer({ kind: 'address', address: route.namespace.outside }),
  });

/** F14: names that are not answered, or answered differently. */
export const nameRows: readonly FaultRow[] = [
  nameRow({
    id: 'F14 no such name',
    fault: 'the name of the backend does not exist any more (ENOTFOUND)',
    expected: 'counted dns; the breaker opens',
    answer: () => ({ kind: 'unknown' }),
  }),
  nameRow({
    id: 'F14 cannot tell',
    fault: 'the name server fails (EAI_AGAIN)',
    expected: 'counted dns; the breaker opens',
    answer: () => ({ kind: 'failure' }),
  }),
  nameRow({
    id: 'F14 silence',
    fault: 'the name server says nothing, and the resolver waits for 30 s',
    expected:
      'the deadline ends the attempt; at most one of the four threads of the pool waits; the end of the application does not',
    answer: () => ({ kind: 'silence' }),
  }),
  nameRow({
    id: 'F14 slow',
    fault: 'the name server answers after 3 s',
    expected: 'the first attempts fail, then it is delivered: an answer that slow holds for half a minute',
    answer: ({ outside }) => ({ kind: 'address', address: outside, afterMillis: 3_000 }),
  }),
  sickBackendRow({
    id: 'F14 another address',
    fault: 'the backend moves: the name has another address, at the first one nobody listens',
    expected: 'the next connection asks again: delivered there',
    needs: ['root', 'netns', 'iptables'],
    route: byName,
    sicken: async ({ route }) => {
      route.names.answer({ kind: 'address', address: route.namespace.elsewhere });
      await route.here.down();
    },
    heal: async ({ route }) => {
      await route.here.up();
      route.names.answer({ kind: 'address', address: route.namespace.outside });
    },
  }),
];
