import type { StackSettings } from '@vigil/config/stack';
import type { StoreUrls } from './stores/store-client.ts';

/** Where the programs of a stack answer, without trailing slashes. */
export interface StackUrls extends StoreUrls {
  readonly otlp: string;
  readonly alertmanager: string;
  readonly pager: string;
}

/** The published addresses, the same for both engines. @throws ConfigError when a port is not set. */
export function stackUrls(settings: StackSettings): StackUrls {
  const url = (port: string) => `http://127.0.0.1:${settings.number(port)}`;
  return {
    otlp: url('VIGIL_OTLP_HTTP_PORT'),
    prometheus: url('VIGIL_PROMETHEUS_PORT'),
    alertmanager: url('VIGIL_ALERTMANAGER_PORT'),
    jaeger: url('VIGIL_JAEGER_PORT'),
    loki: url('VIGIL_LOKI_PORT'),
    pager: url('VIGIL_PAGER_PORT'),
  };
}
