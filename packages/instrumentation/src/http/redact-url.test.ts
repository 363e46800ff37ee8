import { expect, test } from '@jest/globals';
import { redactQuery, redactUrl } from './redact-url.ts';

test('a part without a name is taken for a secret, an empty part stays empty', () => {
  expect(redactQuery('token')).toBe('REDACTED');
  expect(redactQuery('a=1&&b=')).toBe('a=REDACTED&&b=REDACTED');
  expect(redactQuery('a=b=c')).toBe('a=REDACTED');
});

test('a question mark inside the query is part of its value', () => {
  expect(redactUrl('http://h/p?a=1?b=2')).toBe('http://h/p?a=REDACTED');
  expect(redactUrl('http://h/p#a?b=2')).toBe('http://h/p');
});

test('user and password before the host go, an @ in the path stays', () => {
  expect(redactUrl('http://ann:pw@h:8080/p?a=1')).toBe('http://REDACTED:REDACTED@h:8080/p?a=REDACTED');
  expect(redactUrl('http://tok@en@h')).toBe('http://REDACTED:REDACTED@h');
  expect(redactUrl('http://h/@ann/b@c')).toBe('http://h/@ann/b@c');
  expect(redactUrl('/a@b://c@d')).toBe('/a@b://c@d');
});

test('a password with a question mark or a number sign does not come out in parts', () => {
  expect(redactUrl('http://ann:p?w@h/x')).not.toContain('p?w');
  expect(redactUrl('http://ann@h?x=1')).toBe('http://REDACTED:REDACTED@h?x=REDACTED');
});
