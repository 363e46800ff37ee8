import { expect, test } from '@jest/globals';
import { EXPORTER_LOSS_REASONS } from '@vigil/conventions';
import { failureReason } from './failure-reason.ts';

test.each([
  ['ECONNREFUSED', 'ECONNREFUSED'],
  ['ECONNRESET', 'ECONNRESET'],
  ['EPIPE', 'ECONNRESET'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['HPE_INVALID_CONSTANT', 'bad_response'],
  ['EHOSTUNREACH', 'network'],
  ['ETIMEDOUT', 'network'],
  ['constructor', 'network'],
])('%s is counted as %s', (code, reason) => {
  expect(failureReason(Object.assign(new Error(), { code }))).toBe(reason);
  expect(EXPORTER_LOSS_REASONS).toContain(reason);
});

test('what has no code of text is network', () => {
  for (const value of [undefined, null, 'ECONNRESET', {}, { code: 7 }, new Error('x')]) {
    expect(failureReason(value)).toBe('network');
  }
});
