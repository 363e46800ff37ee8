import { parseArgs } from 'node:util';

export interface LoadOptions {
  readonly url: string;
  /** Requests a second, all kinds together. */
  readonly rate: number;
  readonly seconds: number;
  /** Socket.IO clients; each is a customer of its own. 0 opens none and orders are placed for the first customers. */
  readonly clients: number;
  readonly json: boolean;
}

export type ReadOptions =
  | { readonly status: 'ok'; readonly options: LoadOptions }
  | { readonly status: 'help' }
  | { readonly status: 'invalid'; readonly problem: string };

export const USAGE = `usage: node load/main.ts [--url http://127.0.0.1:8080] [--rate 50] [--seconds 60] [--clients 20] [--json] [--allow-remote]
  --url           where the shop listens
  --rate          requests a second, 1 to 1000: 40 % product lists, 30 % products, 20 % orders, 10 % order states
  --seconds       how long, 1 to 3600
  --clients       Socket.IO clients that follow their orders, 0 to 500
  --json          the summary as one JSON object
  --allow-remote  also send to a host that is not this machine`;

const FLAGS = {
  url: { type: 'string', default: 'http://127.0.0.1:8080' },
  rate: { type: 'string', default: '50' },
  seconds: { type: 'string', default: '60' },
  clients: { type: 'string', default: '20' },
  json: { type: 'boolean', default: false },
  'allow-remote': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the command line. Never throws. */
export function readOptions(args: readonly string[]): ReadOptions {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return { status: 'invalid', problem: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return { status: 'help' };
  const rate = wholeNumber('--rate', values.rate, 1, 1_000);
  const seconds = wholeNumber('--seconds', values.seconds, 1, 3_600);
  const clients = wholeNumber('--clients', values.clients, 0, 500);
  for (const number of [rate, seconds, clients])
    if (typeof number === 'string') return { status: 'invalid', problem: number };
  const problem = urlProblem(values.url, values['allow-remote']);
  if (problem !== undefined) return { status: 'invalid', problem };
  const url = values.url.replace(/\/+$/, '');
  return {
    status: 'ok',
    options: { url, rate: Number(rate), seconds: Number(seconds), clients: Number(clients), json: values.json },
  };
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS }).values;
}

function wholeNumber(name: string, text: string, min: number, max: number): number | string {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= min && value <= max
    ? value
    : `${name}: expected a whole number from ${min} to ${max}, got "${text}"`;
}

function urlProblem(text: string, allowRemote: boolean): string | undefined {
  if (!URL.canParse(text)) return `--url: expected an http URL, got "${text}"`;
  const { protocol, hostname } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return `--url: expected an http URL, got "${text}"`;
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return loopback || allowRemote
    ? undefined
    : `--url: ${hostname} is not this machine; add --allow-remote if it is meant to get this load`;
}
