// A Redis that answers GET from a map and everything else with OK: RESP, in memory.
import { MemorySocket } from './memory-socket.ts';

const CRLF = '\r\n';
const OK = Buffer.from('+OK\r\n');
const NULL = Buffer.from('$-1\r\n');

/** A connection to a Redis that holds these values. */
export function redisSocket(values: Readonly<Record<string, string>>): MemorySocket {
  const answers = new Map(Object.entries(values).map(([key, value]) => [key, bulk(value)]));
  const socket: MemorySocket = new MemorySocket((bytes) => {
    const replies = commandsOf(bytes.toString('latin1')).map(([name = '', key = '']) =>
      name.toLowerCase() === 'get' ? (answers.get(key) ?? NULL) : OK,
    );
    socket.receive(replies.length === 1 && replies[0] !== undefined ? replies[0] : Buffer.concat(replies));
  });
  return socket;
}

const bulk = (value: string): Buffer => Buffer.from(`$${Buffer.byteLength(value)}${CRLF}${value}${CRLF}`);

/** Commands as clients send them, arrays of bulk strings. A write never ends within one: clients write whole commands. */
function commandsOf(text: string): string[][] {
  const commands: string[][] = [];
  let at = 0;
  const number = (): number => {
    const end = text.indexOf(CRLF, at);
    const value = Number(text.slice(at + 1, end));
    at = end + 2;
    return value;
  };
  while (at < text.length) {
    const words: string[] = [];
    for (let left = number(); left > 0; left -= 1) {
      const length = number();
      words.push(text.slice(at, at + length));
      at += length + 2;
    }
    commands.push(words);
  }
  return commands;
}
