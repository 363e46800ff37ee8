/** A program of this folder, the client it is run with, and whether it is run every day or by `--all` only. */
export interface RedisCell {
  readonly name: string;
  readonly program: string;
  readonly parameters: readonly string[];
  readonly isDaily: boolean;
}

const CLIENTS = ['ioredis-5.0', 'ioredis-5.11', 'ioredis-6', 'redis-5.0', 'redis-5.12', 'redis-6'];
/** The newest of each library: what applications that start today have. */
const DAILY = new Set(['ioredis-6', 'redis-6']);

const isIoredis = (client: string) => client.startsWith('ioredis');

function cells(program: string, clients: readonly string[], isDaily: (client: string) => boolean): RedisCell[] {
  return clients.map((client) => ({
    name: `${program} ${client}`,
    program: `${program}.mjs`,
    parameters: [client],
    isDaily: isDaily(client),
  }));
}

const isNewest = (client: string) => DAILY.has(client);
const never = () => false;

export const REDIS_CELLS: readonly RedisCell[] = [
  ...cells('ioredis-cell', CLIENTS.filter(isIoredis), isNewest),
  ...cells(
    'node-redis-cell',
    CLIENTS.filter((client) => !isIoredis(client)),
    isNewest,
  ),
  ...cells('cluster-cell', CLIENTS, isNewest),
  ...cells('sentinel-cell', CLIENTS, never),
  { name: 'load-cell', program: 'load-cell.mjs', parameters: ['all'], isDaily: true },
  ...cells('transparency', CLIENTS, isNewest),
];
