import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** DER by hand, so that the tests need no program and no key in the repository. */
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const time = (date: Date) => der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`));
const name = (text: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))));
const bits = (content: Buffer) => der(0x03, Buffer.from([0]), content);
const extension = (id: string, content: Buffer) => sequence(oid(id), der(0x04, content));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

const pem = (content: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${content
    .toString('base64')
    .replace(/.{64}/g, '$&\n')
    .trim()}\n-----END CERTIFICATE-----\n`;

export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface TestAuthority {
  /** PEM of the authority's own certificate. */
  readonly certificate: string;
  /** A certificate for one DNS name or IPv4 address. Default: valid from yesterday to tomorrow. */
  issue(host: string, validity?: { readonly from: Date; readonly to: Date }): TestCertificate;
}

const DAY_MILLIS = 86_400_000;

export function createTestAuthority(): TestAuthority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let serial = 1;
  const sign = (subject: string, key: KeyObject, extensions: Buffer, from: Date, to: Date): string => {
    serial += 1;
    const content = sequence(
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, Buffer.from([serial])),
      ECDSA_WITH_SHA256,
      name('test authority'),
      sequence(time(from), time(to)),
      name(subject),
      key.export({ format: 'der', type: 'spki' }),
      der(0xa3, sequence(extensions)),
    );
    const signature = createSign('sha256').update(content).sign(authority.privateKey);
    return pem(sequence(content, ECDSA_WITH_SHA256, bits(signature)));
  };
  const from = new Date(Date.now() - DAY_MILLIS);
  const to = new Date(Date.now() + DAY_MILLIS);
  const isAuthority = extension('551d13', sequence(der(0x01, Buffer.from([0xff]))));
  return {
    certificate: sign('test authority', authority.publicKey, isAuthority, from, to),
    issue(host, validity = { from, to }) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const isAddress = /^[\d.]+$/.test(host);
      const alternative = isAddress
        ? der(0x87, Buffer.from(host.split('.').map(Number)))
        : der(0x82, Buffer.from(host));
      const cert = sign(host, publicKey, extension('551d11', sequence(alternative)), validity.from, validity.to);
      return { cert, key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
    },
  };
}
