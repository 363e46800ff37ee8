import { connect } from 'node:net';

/**
 * Sends `bytes` as they are and resolves to what came back until the other side closed, or until `quietMillis` passed without a
 * byte; '' when the connection broke. Never rejects.
 */
export function rawRequest(port: number, bytes: string, quietMillis = 10_000): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(bytes, 'latin1'));
    const done = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(quietMillis, done);
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', done);
    socket.on('close', done);
  });
}

/** `HTTP/1.1 200` → 200; 0 when there is no answer. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
