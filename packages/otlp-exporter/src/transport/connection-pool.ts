import { readFileSync } from 'node:fs';
import type http from 'node:http';
import type https from 'node:https';
import type { OtlpEndpoint } from './endpoint.ts';
import type { HttpClient } from './http-client.ts';
import { openLookup } from './name-system.ts';
import { createSingleLookup } from './single-lookup.ts';

/** Sockets to one origin. A third request waits for one of them, on its own deadline. */
const SOCKETS_MAXIMUM = 2;

/** Shorter than the 5 s after which Node.js servers close an idle connection: a request into a closing one fails. */
const IDLE_MILLIS = 4_000;

/** Files are read once, here; one that cannot be read is reported and left out: without it the other side refuses. */
export interface PoolOptions {
  readonly client: HttpClient;
  readonly log: (line: string) => void;
}

/** Gives the signals that share an origin and its TLS files one agent, and others one of their own. */
export function createConnectionPool({ client, log }: PoolOptions) {
  const agents = new Map<string, http.Agent>();
  return {
    agentOf(endpoint: OtlpEndpoint): http.Agent {
      const { origin, protocol } = new URL(endpoint.url);
      const { certificateFile, clientCertificateFile, clientKeyFile } = endpoint;
      const key = JSON.stringify([origin, certificateFile, clientCertificateFile, clientKeyFile]);
      const known = agents.get(key);
      if (known !== undefined) return known;
      const agent =
        protocol === 'https:'
          ? new client.TlsAgent(createTlsOptions(endpoint, log))
          : new client.Agent(createAgentOptions());
      agents.set(key, agent);
      return agent;
    },
    close(): void {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

const createAgentOptions = (): http.AgentOptions => ({
  keepAlive: true,
  maxSockets: SOCKETS_MAXIMUM,
  maxFreeSockets: SOCKETS_MAXIMUM,
  // Ends only sockets that wait in the agent; a request has its own deadline.
  timeout: IDLE_MILLIS,
  lookup: createSingleLookup(openLookup()),
});

function createTlsOptions(endpoint: OtlpEndpoint, log: (line: string) => void): https.AgentOptions {
  return {
    ...createAgentOptions(),
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED=0, meant for the application, does not open the telemetry as well.
    rejectUnauthorized: true,
    ...pem('ca', endpoint.certificateFile, log),
    ...pem('cert', endpoint.clientCertificateFile, log),
    ...pem('key', endpoint.clientKeyFile, log),
  };
}

function pem(option: 'ca' | 'cert' | 'key', path: string | undefined, log: (line: string) => void) {
  if (path === undefined) return {};
  try {
    return { [option]: readFileSync(path) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    log(`cannot read the OTLP certificate file ${path}, going on without: ${code}`);
    return {};
  }
}
