import type http from 'node:http';
import type https from 'node:https';

/** What is used of `node:http` and `node:https`. */
export interface HttpClient {
  readonly requestOf: Readonly<Record<'http:' | 'https:', typeof http.request>>;
  readonly Agent: typeof http.Agent;
  readonly TlsAgent: typeof https.Agent;
}

/**
 * Loads the client when it is needed: 16 MiB that the application's thread does not have while a worker exports. And it takes
 * the functions then, before anything is instrumented where the pipeline is made first: what is sent from here must not show up
 * as a client span or in `http.client.request.duration`.
 */
export function loadHttpClient(): HttpClient {
  const plain = process.getBuiltinModule('node:http');
  const secure = process.getBuiltinModule('node:https');
  return {
    requestOf: { 'http:': plain.request, 'https:': secure.request },
    Agent: plain.Agent,
    TlsAgent: secure.Agent,
  };
}
