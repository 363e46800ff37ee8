import type { OpenRoute, Route } from '../../bed/backend.ts';
import { type FaultProxy, startFaultProxy } from '../../proxy/fault-proxy.ts';

/** The way leads through a proxy that can be made sick. */
export interface ProxyWay extends Route {
  readonly proxy: FaultProxy;
}

export const throughProxy: OpenRoute<ProxyWay> = async (sink) => {
  const proxy = await startFaultProxy({ target: { port: sink.port } });
  return { url: `http://${proxy.host}:${proxy.port}`, proxy, close: () => proxy.close() };
};
