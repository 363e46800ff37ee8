import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FakeStack, writeScript } from './fake-stack.ts';

/** How the stand-in for the docker command line behaves. */
export interface DockerBehaviour {
  /** `docker version` fails. */
  readonly silent?: boolean;
  /** `docker compose` is no plugin. */
  readonly noCompose?: boolean;
  readonly images?: readonly string[];
  readonly present?: readonly string[];
  /** What `docker inspect` says about the containers that run after `compose up`. */
  readonly containers?: readonly unknown[];
  /** Exit code of `compose up`. */
  readonly up?: number;
}

/** Puts a `docker` on the stack's PATH that behaves as told and remembers what it was asked. */
export function fakeDocker(stack: FakeStack, behaviour: DockerBehaviour): { readonly asked: () => string[] } {
  const folder = join(stack.root, 'path');
  const journal = join(stack.root, 'docker-journal');
  const running = join(stack.root, 'docker-running');
  const source = `
    const { appendFileSync, existsSync, writeFileSync, rmSync } = require('node:fs');
    const behaviour = ${JSON.stringify(behaviour)};
    const words = process.argv.slice(2);
    const compose = words[0] === 'compose';
    const args = compose ? words.slice(1).filter((word, at, all) => word !== '--file' && all[at - 1] !== '--file') : words;
    const say = (text) => { process.stdout.write(text + '\\n'); process.exit(0); };
    const fail = (text, code = 1) => { process.stderr.write(text + '\\n'); process.exit(code); };
    appendFileSync(${JSON.stringify(journal)}, (compose ? 'compose ' : '') + args.join(' ') + '\\n');
    const isRunning = existsSync(${JSON.stringify(running)});
    if (compose && behaviour.noCompose) fail("docker: 'compose' is not a docker command.");
    if (compose && args[0] === 'version') say('v2');
    if (compose && args[0] === 'config') {
      const services = (behaviour.images ?? []).map((image) => [image.split(':')[0], { image }]);
      say(JSON.stringify({ services: Object.fromEntries(services) }));
    }
    if (compose && args[0] === 'ps') say(isRunning ? (behaviour.containers ?? []).map((_, at) => 'id' + at).join('\\n') : '');
    if (compose && args[0] === 'up') {
      if (behaviour.up) fail('no space left', behaviour.up);
      writeFileSync(${JSON.stringify(running)}, '');
      process.exit(0);
    }
    if (compose && args[0] === 'down') { rmSync(${JSON.stringify(running)}, { force: true }); process.exit(0); }
    if (compose) process.exit(0);
    if (args[0] === 'version') behaviour.silent ? fail('Cannot connect to the Docker daemon') : say('28.0');
    if (args[0] === 'image') (behaviour.present ?? []).includes(args.at(-1)) ? say('sha256:1') : fail('no such image');
    if (args[0] === 'pull') fail('Error response from daemon: no route to host');
    if (args[0] === 'inspect') say(JSON.stringify(behaviour.containers));`;
  writeFileSync(journal, '');
  writeScript(join(folder, 'docker'), source);
  return {
    asked: () => (existsSync(journal) ? readFileSync(journal, 'utf8').trimEnd().split('\n') : []),
  };
}
