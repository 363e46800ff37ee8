import { SIGNALS } from './export-loop/export-loop-options.ts';
import type { OtlpEndpoint, OtlpEndpoints } from './transport/endpoint.ts';

const CREDENTIAL = /authorization|api-?key|access-?key|token|secret|password|cookie|credential/i;
const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The origins that are sent credentials over plain http beyond this machine, each once: anybody on the way reads them. They are
 * sent all the same, as the way may be a tunnel or a pod's own network.
 */
export function plainCredentialOrigins(endpoints: OtlpEndpoints): readonly string[] {
  const origins = SIGNALS.flatMap((signal) => {
    const endpoint = endpoints[signal];
    return endpoint !== undefined && isInTheOpen(endpoint) ? [new URL(endpoint.url).origin] : [];
  });
  return [...new Set(origins)];
}

function isInTheOpen({ url, headers = {} }: OtlpEndpoint): boolean {
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== 'http:' || LOOPBACK.test(hostname)) return false;
  return username !== '' || password !== '' || Object.keys(headers).some((name) => CREDENTIAL.test(name));
}
