// A PostgreSQL that knows the answers to a few statements by heart: protocol 3.0, extended queries, in memory.
import { MemorySocket } from './memory-socket.ts';

/** What a statement that contains `match` answers: text columns. */
export interface PreparedAnswer {
  readonly match: string;
  readonly columns: readonly string[];
  /** Type of each column by its number in `pg_type`: 23 integer, 25 text. */
  readonly types: readonly number[];
  readonly rows: readonly (readonly string[])[];
}

const STARTUP_HEAD = 8;
const PARSE = 'P'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);

/** A connection to a PostgreSQL that has these answers. Every write of the client is one whole query, as pg corks them. */
export function postgresSocket(prepared: readonly PreparedAnswer[]): MemorySocket {
  const answers = prepared.map((answer) => ({ match: answer.match, bytes: encodeAnswer(answer) }));
  const byStatement = new Map<string, Buffer>();
  let isStarted = false;
  const socket: MemorySocket = new MemorySocket((bytes) => {
    if (!isStarted) {
      isStarted = true;
      socket.receive(greeting(bytes));
      return;
    }
    if (bytes[0] === TERMINATE) return;
    if (bytes[0] !== PARSE) throw new Error(`only extended queries are known, got ${bytes.toString('latin1')}`);
    // Name of the statement, empty, then its text: both end with a zero.
    const from = bytes.indexOf(0, 5) + 1;
    const statement = bytes.toString('latin1', from, bytes.indexOf(0, from));
    let answer = byStatement.get(statement);
    if (answer === undefined) {
      answer = answers.find(({ match }) => statement.includes(match))?.bytes;
      if (answer === undefined) throw new Error(`no answer to ${statement}`);
      byStatement.set(statement, answer);
    }
    socket.receive(answer);
  });
  return socket;
}

function greeting(startup: Buffer): Buffer {
  if (startup.length < STARTUP_HEAD) throw new Error('not a start-up message');
  return Buffer.concat([
    message('R', int32(0)),
    ...['server_version\x0017.0\0', 'client_encoding\0UTF8\0', 'DateStyle\0ISO, MDY\0'].map((text) =>
      message('S', Buffer.from(text)),
    ),
    message('K', int32(4_242), int32(1)),
    message('Z', Buffer.from('I')),
  ]);
}

function encodeAnswer({ columns, types, rows }: PreparedAnswer): Buffer {
  const description = columns.map((name, index) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      ...[int32(0), int16(0), int32(types[index] ?? 25), int16(-1), int32(-1), int16(0)],
    ]),
  );
  const row = (values: readonly string[]) => {
    const fields = values.map((value) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]));
    return message('D', int16(values.length), ...fields);
  };
  return Buffer.concat([
    message('1'),
    message('2'),
    message('T', int16(columns.length), ...description),
    ...rows.map(row),
    message('C', Buffer.from(`SELECT ${rows.length}\0`)),
    message('Z', Buffer.from('I')),
  ]);
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
