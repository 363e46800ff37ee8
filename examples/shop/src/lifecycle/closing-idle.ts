import type { Server } from 'node:http';

const EVERY_MILLIS = 50;

/** Closes connections as they become idle while `close` waits for them: else each would be kept alive for five more seconds. */
export async function closingIdle(server: Server, close: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => server.closeIdleConnections(), EVERY_MILLIS);
  try {
    await close();
  } finally {
    clearInterval(timer);
  }
}
