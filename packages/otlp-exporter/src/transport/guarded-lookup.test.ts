import { expect, jest, test } from '@jest/globals';
import { createGuardedLookup, type Lookup, type NameSystem } from './guarded-lookup.ts';

const NSSWITCH = '# a comment\npasswd: files ldap\nhosts:  files dns myhostname # or not\n';

interface Names {
  readonly files?: Readonly<Record<string, string>>;
  /** How long a name server takes. */
  readonly millis?: number;
}

function open(isAnswered: boolean, { files = { '/etc/nsswitch.conf': NSSWITCH }, millis = 5 }: Names = {}) {
  const clock = { millis: 0 };
  const lookup = jest.fn<Lookup>((_, _options, answer) => answer(null, '10.0.0.1', 4));
  const hasAnswer = jest.fn<NameSystem['hasAnswer']>((_, answered) => {
    clock.millis += millis;
    answered(isAnswered);
  });
  const guarded = createGuardedLookup({
    lookup,
    hasAnswer,
    read: (path) => files[path] ?? '',
    now: () => clock.millis,
  });
  const ask = (hostname: string) => {
    const answer = jest.fn();
    guarded(hostname, { all: true }, answer);
    return answer.mock.calls[0];
  };
  return { ask, lookup, hasAnswer, clock };
}

test('while name servers are silent the system is not asked, and the attempt fails as its resolver would: EAI_AGAIN', () => {
  const { ask, lookup } = open(false);
  expect(ask('collector.example')?.[0]).toMatchObject({ code: 'EAI_AGAIN', hostname: 'collector.example' });
  expect(lookup).not.toHaveBeenCalled();
});

test('any answer of a name server will do: the address is the one the system finds', () => {
  const { ask, lookup } = open(true);
  expect(ask('collector')).toEqual([null, '10.0.0.1', 4]);
  expect(lookup).toHaveBeenCalledWith('collector', { all: true }, expect.any(Function));
});

test('a name of the hosts file is looked up, and no name server is asked; for a longer one that holds it they are', () => {
  const hosts = '127.0.0.1 localhost\n10.1.2.3\tgateway Collector # backend\n#10.1.2.4 gone\n';
  const { ask, lookup, hasAnswer } = open(false, { files: { '/etc/nsswitch.conf': NSSWITCH, '/etc/hosts': hosts } });
  for (const known of ['localhost', 'a.localhost', 'gateway', 'collector', 'COLLECTOR'])
    expect(ask(known)?.[0]).toBe(null);
  expect(lookup).toHaveBeenCalledTimes(5);
  expect(hasAnswer).not.toHaveBeenCalled();
  for (const unknown of ['gone', 'backend', 'collector.example', 'ollector', '10.1.2.3']) {
    expect(ask(unknown)?.[0]).toMatchObject({ code: 'EAI_AGAIN' });
  }
});

test.each([
  ['hosts: files mdns4_minimal [NOTFOUND=return] dns', false],
  ['hosts: files sss dns', false],
  ['hosts: files resolve [!UNAVAIL=return] dns', true],
  ['hosts:\tfiles', true],
  ['passwd: files ldap', true],
  ['', true],
])('%j: guarded is %p; with other sources a name may be known all the same', (nsswitch, isGuarded) => {
  const { ask, hasAnswer } = open(false, { files: { '/etc/nsswitch.conf': nsswitch } });
  expect(ask('collector.example')?.[0] === null).toBe(!isGuarded);
  expect(hasAnswer).toHaveBeenCalledTimes(isGuarded ? 1 : 0);
});

test('a name server that takes 1 s is asked again after 30 s only, one that takes 999 ms each time: two waits do not fit an attempt', () => {
  const slow = open(true, { millis: 1_000 });
  slow.ask('collector.example');
  slow.clock.millis = 30_999;
  slow.ask('collector.example');
  expect(slow.hasAnswer).toHaveBeenCalledTimes(1);
  expect(slow.lookup).toHaveBeenCalledTimes(2);
  slow.clock.millis = 31_000;
  slow.ask('collector.example');
  expect(slow.hasAnswer).toHaveBeenCalledTimes(2);
  const quick = open(true, { millis: 999 });
  for (let time = 0; time < 3; time += 1) quick.ask('collector.example');
  expect(quick.hasAnswer).toHaveBeenCalledTimes(3);
});
