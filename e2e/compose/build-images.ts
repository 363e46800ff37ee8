import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { EngineApi } from './engine-api.ts';

/** A stand-in for a public image: the native binary where the public image has its own, with its user and folders. */
interface StandIn {
  /** Variable of versions.env that names the public image. */
  readonly variable: string;
  /** Binary in the programs folder, and where the public image keeps it. */
  readonly binary: string;
  readonly path: string;
  /** What follows `FROM scratch` and the copied files. */
  readonly dockerfile: readonly string[];
}

const NODE_PATH = '/usr/local/bin/node';

const STAND_INS: readonly StandIn[] = [
  {
    variable: 'VIGIL_COLLECTOR_IMAGE',
    binary: 'vigil-collector',
    path: '/otelcol-contrib',
    dockerfile: ['USER 10001:10001', 'ENTRYPOINT ["/otelcol-contrib"]'],
  },
  {
    variable: 'VIGIL_PROMETHEUS_IMAGE',
    binary: 'prometheus',
    path: '/bin/prometheus',
    dockerfile: ['WORKDIR /prometheus', 'VOLUME /prometheus', 'USER nobody', 'ENTRYPOINT ["/bin/prometheus"]'],
  },
  {
    variable: 'VIGIL_ALERTMANAGER_IMAGE',
    binary: 'alertmanager',
    path: '/bin/alertmanager',
    dockerfile: ['WORKDIR /alertmanager', 'VOLUME /alertmanager', 'USER nobody', 'ENTRYPOINT ["/bin/alertmanager"]'],
  },
  {
    variable: 'VIGIL_JAEGER_IMAGE',
    binary: 'jaeger',
    path: '/cmd/jaeger/jaeger-linux',
    dockerfile: ['VOLUME /tmp', 'USER 10001', 'ENTRYPOINT ["/cmd/jaeger/jaeger-linux"]'],
  },
  {
    variable: 'VIGIL_LOKI_IMAGE',
    binary: 'loki',
    path: '/usr/bin/loki',
    dockerfile: ['WORKDIR /', 'USER 10001', 'ENTRYPOINT ["/usr/bin/loki"]'],
  },
  {
    variable: 'VIGIL_NODE_IMAGE',
    binary: 'node',
    path: NODE_PATH,
    dockerfile: ['ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'CMD ["node"]'],
  },
];

const PASSWD = 'root:x:0:0:root:/:/\nnode:x:1000:1000::/:/\nnobody:x:65534:65534:nobody:/:/\n';
const GROUP = 'root:x:0:\nnode:x:1000:\nnobody:x:65534:\n';

/** Programs of which no image can be built here. */
export const WITHOUT_IMAGE = ['grafana'];

/** Binaries that the stand-ins are made of, `node` aside. */
export const BINARIES = STAND_INS.map(({ binary }) => binary).filter((name) => name !== 'node');

/**
 * Builds every stand-in `FROM scratch`; resolves to the image names by variable.
 *
 * @param nameOf the tag of a public image: the same where the engine is ours, another where it would replace a pulled one.
 * @throws when a build fails.
 */
export async function buildImages(
  api: EngineApi,
  from: { readonly programs: string; readonly images: Readonly<Record<string, string>> },
  nameOf: (image: string) => string,
): Promise<Record<string, string>> {
  const built: Record<string, string> = {};
  for (const standIn of STAND_INS) {
    const image = from.images[standIn.variable];
    if (image === undefined) throw new Error(`${standIn.variable} is not in versions.env`);
    const name = nameOf(image);
    await buildOne(api, standIn, { programs: from.programs, name });
    built[standIn.variable] = name;
  }
  return built;
}

async function buildOne(
  api: EngineApi,
  standIn: StandIn,
  { programs, name }: { readonly programs: string; readonly name: string },
): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'vigil-image-'));
  try {
    const files = join(context, 'files');
    place(standIn.binary === 'node' ? process.execPath : join(programs, standIn.binary), join(files, standIn.path));
    chmodSync(join(files, standIn.path), 0o755);
    if (standIn.binary === 'node') for (const path of libraries(process.execPath)) place(path, join(files, path));
    mkdirSync(join(files, 'etc'), { recursive: true });
    writeFileSync(join(files, 'etc/passwd'), PASSWD);
    writeFileSync(join(files, 'etc/group'), GROUP);
    const dockerfile = ['FROM scratch', 'COPY files/ /', 'LABEL vigil.stand-in=true', ...standIn.dockerfile];
    writeFileSync(join(context, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
    await buildContext(api, context, name);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** Builds the image of collector/Dockerfile. @throws when the build fails. */
export async function buildOwnCollector(api: EngineApi, root: string, programs: string): Promise<string> {
  const context = mkdtempSync(join(tmpdir(), 'vigil-image-'));
  try {
    copyFileSync(join(root, 'collector/Dockerfile'), join(context, 'Dockerfile'));
    copyFileSync(join(programs, 'vigil-collector'), join(context, 'vigil-collector'));
    await buildContext(api, context, 'vigil-collector:e2e');
    return 'vigil-collector:e2e';
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** A Redis of this machine: where it is, and folders with libraries that it needs beside the system's. */
export interface RedisBinary {
  readonly binary: string;
  readonly libraries: readonly string[];
}

/** Builds a stand-in for the Valkey image from this machine's Redis. @throws when the build fails. */
export async function buildRedis(api: EngineApi, redis: RedisBinary, name: string): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'vigil-image-'));
  try {
    const files = join(context, 'files');
    place(redis.binary, join(files, 'usr/local/bin/valkey-server'));
    const inImage = (path: string) => (redis.libraries.includes(dirname(path)) ? `/usr/lib/${basename(path)}` : path);
    for (const path of libraries(redis.binary, redis.libraries)) place(path, join(files, inImage(path)));
    const dockerfile = [
      'FROM scratch',
      'COPY files/ /',
      'ENV PATH=/usr/local/bin LD_LIBRARY_PATH=/usr/lib',
      'VOLUME /data',
    ];
    writeFileSync(join(context, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
    await buildContext(api, context, name);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function buildContext(api: EngineApi, context: string, name: string): Promise<void> {
  const tar = spawn('tar', ['--create', '--owner=0', '--group=0', '--numeric-owner', '-C', context, '.']);
  const answer = await api.post(`/build?t=${encodeURIComponent(name)}&forcerm=true`, tar.stdout);
  // The status is sent before the build runs: its last line says how it went.
  if (!answer.includes('Successfully tagged')) throw new Error(`${name}: ${answer.slice(-500)}`);
}

function place(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
}

/** Shared libraries of a binary and its loader, as absolute paths. */
function libraries(binary: string, folders: readonly string[] = []): string[] {
  const env = folders.length === 0 ? process.env : { ...process.env, LD_LIBRARY_PATH: folders.join(':') };
  const listing = execFileSync('ldd', [binary], { encoding: 'utf8', env });
  const paths = listing.split('\n').map((line) => /(\/\S+) \(0x/.exec(line)?.[1]);
  const found = paths.filter((path) => path !== undefined);
  if (found.length === 0) throw new Error(`ldd names no library of ${basename(binary)}`);
  return found;
}
