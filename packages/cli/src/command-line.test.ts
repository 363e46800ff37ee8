import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';

// Real processes on a machine that may be busy with other tests.
jest.setTimeout(120_000);

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function vigil(...words: string[]): { code: number | null; out: string; err: string } {
  const env = { PATH: '' };
  const args = ['--conditions=@vigil/source', main, ...words];
  const ended = spawnSync(process.execPath, args, { encoding: 'utf8', env, cwd: tmpdir() });
  return { code: ended.status, out: ended.stdout, err: ended.stderr };
}

test('an unknown word is one line on standard error and exit code 2', () => {
  expect(vigil('stats')).toEqual({ code: 2, out: '', err: "vigil: unknown command 'stats' (Did you mean status?)\n" });
});

test('an unknown option and a bad number are one line and exit code 2', () => {
  expect(vigil('up', '--engin', 'docker')).toMatchObject({ code: 2, out: '' });
  const { code, err } = vigil('up', '--timeout', 'soon');
  expect(code).toBe(2);
  expect(err).toBe("vigil: option '--timeout <seconds>' argument 'soon' is invalid. Expected a whole number.\n");
});

test('outside of a stack every verb says so in one line with exit code 2', () => {
  for (const verb of ['up', 'down', 'status', 'logs', 'generate', 'check']) {
    const { code, out, err } = vigil(verb);
    expect({ verb, code, out }).toEqual({ verb, code: 2, out: '' });
    expect(err).toMatch(/^vigil: no stack here: expected docker-compose\.monitoring\.yml in .* --root DIR\n$/);
  }
});

test('an engine that does not exist is answered with those that do', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  expect(vigil('status', '--root', root, '--engine', 'podman')).toEqual({
    code: 2,
    out: '',
    err: 'vigil: engine: expected docker or native, got "podman"\n',
  });
});

test('help goes to standard output with exit code 0 and shows examples without colours', () => {
  const { code, out, err } = vigil('--help');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const verb of ['up', 'down', 'status', 'logs', 'generate', 'check']) expect(out).toContain(`\n  ${verb} `);
  expect(out).toContain('Examples:');
  expect(out).not.toContain(String.fromCharCode(27));
});
