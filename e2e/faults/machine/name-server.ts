import dgram from 'node:dgram';

/** What the name server does with a question. */
export type NameAnswer =
  /** This IPv4 address; nothing for IPv6. */
  | { readonly kind: 'address'; readonly address: string; readonly afterMillis?: number }
  /** There is no such name (ENOTFOUND). */
  | { readonly kind: 'unknown' }
  /** It cannot tell now (EAI_AGAIN). */
  | { readonly kind: 'failure' }
  /** It says nothing: the resolver waits as long as it is told to. */
  | { readonly kind: 'silence' };

/** A DNS server that answers every name in the same way. */
export interface NameServer {
  answer(how: NameAnswer): void;
  /** Questions since the start. */
  readonly asked: number;
  close(): Promise<void>;
}

const HEADER_BYTES = 12;
const RESPONSE = 0x8180;
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;
const IPV4 = 1;
/** Nobody may remember an answer: the next question meets the next behaviour. */
const SECONDS_TO_LIVE = 0;

/** Listens on UDP port 53 of this address, or on another port. @throws when it cannot be had. */
export async function startNameServer(host: string, port = 53): Promise<NameServer & { readonly port: number }> {
  const socket = dgram.createSocket('udp4');
  let how: NameAnswer = { kind: 'unknown' };
  let asked = 0;
  socket.on('message', (question, from) => {
    asked += 1;
    const now = how;
    const reply = replyTo(question, now);
    if (reply === undefined) return;
    const afterMillis = now.kind === 'address' ? (now.afterMillis ?? 0) : 0;
    setTimeout(() => socket.send(reply, from.port, from.address, () => undefined), afterMillis).unref();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => resolve());
  });
  return {
    port: socket.address().port,
    answer: (next) => {
      how = next;
    },
    get asked() {
      return asked;
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** Undefined where nothing is said, and for what is no question. */
function replyTo(question: Buffer, how: NameAnswer): Buffer | undefined {
  if (how.kind === 'silence' || question.length < HEADER_BYTES) return undefined;
  let at = HEADER_BYTES;
  while (at < question.length && question[at] !== 0) at += (question[at] ?? 0) + 1;
  const end = at + 5;
  if (end > question.length) return undefined;
  const isFound = how.kind === 'address' && question.readUInt16BE(at + 1) === IPV4;
  const header = Buffer.alloc(HEADER_BYTES);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(
    RESPONSE | (how.kind === 'unknown' ? NO_SUCH_NAME : how.kind === 'failure' ? SERVER_FAILURE : 0),
    2,
  );
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(isFound ? 1 : 0, 6);
  const asked = question.subarray(HEADER_BYTES, end);
  if (!isFound) return Buffer.concat([header, asked]);
  const record = Buffer.alloc(16);
  // A pointer to the name of the question, type A, class IN.
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  record.writeUInt16BE(IPV4, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(SECONDS_TO_LIVE, 6);
  record.writeUInt16BE(4, 10);
  Buffer.from(how.address.split('.').map(Number)).copy(record, 12);
  return Buffer.concat([header, asked, record]);
}
