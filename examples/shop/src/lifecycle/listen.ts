import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** @returns the port that is listened on. Rejects when the address is taken or not ours. */
export function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
