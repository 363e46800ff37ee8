import { spawnSync } from 'node:child_process';
import { say } from './step.mjs';

const ANSWER_MILLIS = 10_000;
const PULL_MILLIS = 300_000;
/** Without it the stack does everything but draw: an engine that cannot get it serves all the same. */
const OPTIONAL_IMAGE = /\/grafana\/grafana:/;

function docker(args, { cwd, timeout = ANSWER_MILLIS } = {}) {
  const { status, stdout, stderr } = spawnSync('docker', args, { cwd, timeout, encoding: 'utf8' });
  return { ok: status === 0, out: stdout ?? '', reason: (stderr ?? '').trim().split('\n').at(-1) };
}

/** Whether a Docker engine answers. */
export function dockerAnswers() {
  return docker(['version', '--format', '{{.Server.Version}}']).ok;
}

/** Makes sure that the engine has an image; asks the registry only for one that is missing. Returns why it cannot be had. */
export function imageProblem(image) {
  if (docker(['image', 'inspect', '--format', '{{.Id}}', image]).ok) return undefined;
  say('docker', `pulling ${image} (usually 5–30 s)`);
  const pulled = docker(['pull', '--quiet', image], { timeout: PULL_MILLIS });
  return pulled.ok ? undefined : `${image} cannot be pulled (${pulled.reason.slice(0, 160)})`;
}

/** Why the engine cannot run the stack, in a few words; undefined when it can, with or without Grafana. */
export function stackProblem(root) {
  if (!dockerAnswers()) return 'no Docker engine answers';
  const listed = docker(['compose', '-f', 'docker-compose.monitoring.yml', 'config', '--images'], { cwd: root });
  if (!listed.ok) return `docker compose: ${listed.reason}`;
  const images = new Set(listed.out.split('\n').filter((image) => image !== ''));
  for (const image of images) {
    const problem = imageProblem(image);
    if (problem === undefined) continue;
    if (!OPTIONAL_IMAGE.test(image)) return problem;
    say('docker', `${problem}: the stack will run without Grafana`);
  }
  return undefined;
}
