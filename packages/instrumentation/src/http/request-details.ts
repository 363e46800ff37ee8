import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import {
  CLIENT_ADDRESS,
  HTTP_REQUEST_METHOD_ORIGINAL,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_QUERY,
  USER_AGENT_ORIGINAL,
} from '@vigil/conventions';
import { hasAttribute } from '../http-semantics/has-attribute.ts';
import { OTHER_METHOD } from '../http-semantics/known-methods.ts';
import { redactQuery } from './redact-url.ts';
import { queryOfTarget } from './url-path.ts';

const TEXT_LENGTH_MAXIMUM = 256;
const QUERY_LENGTH_MAXIMUM = 1_024;
const METHOD_LENGTH_MAXIMUM = 32;

/** A name or an address, with a port if there is one; what looks different is not written down. */
const HOST = /^(\[[0-9a-fA-F:.]+\]|[\w.-]{1,253})(?::(\d{1,5}))?$/;
const FORWARDED_FOR = /for="?([^";,]+)/i;

/** Appends what is worth knowing of a request whose trace is sent. Of its headers: user agent, host, addresses of proxies. */
export function describeRequest(attributes: unknown[], request: IncomingMessage, method: string): void {
  const { headers, socket, url = '' } = request;
  const peer = socket.remoteAddress;
  const host = HOST.exec(headers.host ?? '');
  const query = queryOfTarget(url);
  const append = (key: string, value: string | number | undefined) => {
    if (value !== undefined && !hasAttribute(attributes, key)) attributes.push(key, value);
  };
  if (method === OTHER_METHOD) append(HTTP_REQUEST_METHOD_ORIGINAL, request.method?.slice(0, METHOD_LENGTH_MAXIMUM));
  append(USER_AGENT_ORIGINAL, headers['user-agent']?.slice(0, TEXT_LENGTH_MAXIMUM));
  append(CLIENT_ADDRESS, forwardedAddress(headers) ?? peer);
  append(NETWORK_PEER_ADDRESS, peer);
  append(NETWORK_PEER_PORT, socket.remotePort);
  append(SERVER_ADDRESS, host?.[1]);
  append(SERVER_PORT, host?.[2] === undefined ? socket.localPort : Number(host[2]));
  if (query !== undefined) append(URL_QUERY, redactQuery(query).slice(0, QUERY_LENGTH_MAXIMUM));
}

/** The client as proxies tell it. Only an address is believed: the header may hold anything. */
function forwardedAddress(headers: IncomingHttpHeaders): string | undefined {
  const { forwarded } = headers;
  const listed = headers['x-forwarded-for'];
  const first = typeof listed === 'string' ? listed.split(',', 1)[0] : undefined;
  const said = (forwarded === undefined ? undefined : FORWARDED_FOR.exec(forwarded)?.[1]) ?? first;
  if (said === undefined) return undefined;
  const trimmed = said.trim();
  const bare = /^\[([^\]]+)\]/.exec(trimmed)?.[1] ?? (isIP(trimmed) === 0 ? trimmed.replace(/:\d+$/, '') : trimmed);
  return isIP(bare) === 0 ? undefined : bare;
}
