import type { ExporterLossReason } from '@vigil/conventions';

const BY_CODE: Readonly<Record<string, ExporterLossReason>> = {
  ECONNREFUSED: 'ECONNREFUSED',
  ECONNRESET: 'ECONNRESET',
  EPIPE: 'ECONNRESET',
  ENOTFOUND: 'dns',
  ENODATA: 'dns',
  EPROTO: 'tls',
  CERT_HAS_EXPIRED: 'tls',
  CERT_NOT_YET_VALID: 'tls',
  CERT_REVOKED: 'tls',
  CERT_UNTRUSTED: 'tls',
  CERT_REJECTED: 'tls',
  CERT_CHAIN_TOO_LONG: 'tls',
  CERT_SIGNATURE_FAILURE: 'tls',
  CRL_HAS_EXPIRED: 'tls',
  CRL_NOT_YET_VALID: 'tls',
  HOSTNAME_MISMATCH: 'tls',
  INVALID_CA: 'tls',
  INVALID_PURPOSE: 'tls',
  PATH_LENGTH_EXCEEDED: 'tls',
};

/** OpenSSL's and Node.js' own codes come in families, which grow; a parser error is an answer that is none. */
const BY_FAMILY: readonly (readonly [prefix: string, reason: ExporterLossReason])[] = [
  ['EAI_', 'dns'],
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['ERR_OSSL_', 'tls'],
  ['UNABLE_TO_', 'tls'],
  ['DEPTH_ZERO_', 'tls'],
  ['SELF_SIGNED_', 'tls'],
  ['ERROR_IN_C', 'tls'],
  ['HPE_', 'bad_response'],
];

/** Names the ledger's reason of a request that failed with this error. Unknown ones are `network`. Never throws. */
export function failureReason(error: unknown): ExporterLossReason {
  const code = codeOf(error);
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  return known ?? BY_FAMILY.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'network';
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
