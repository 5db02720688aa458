import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { der } from './der.js';

export interface KeyAndCertificate {
  /** Both PEM. */
  key: string;
  cert: string;
}

const years = 10;
const oids = { ecdsaWithSha256: '1.2.840.10045.4.3.2', commonName: '2.5.4.3', basicConstraints: '2.5.29.19', keyUsage: '2.5.29.15', extendedKeyUsage: '2.5.29.37', serverAuth: '1.3.6.1.5.5.7.3.1', subjectAltName: '2.5.29.17' };

/**
 * A certificate (X.509 v3, RFC 5280) that signs itself, for these host names and addresses. Clients are told to
 * trust exactly it, for kubectl sends tokens only over TLS. Node can check certificates but not make them.
 */
export function selfSigned(hosts: string[], now: Date): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der.sequence(der.oid(oids.ecdsaWithSha256));
  const name = der.sequence(der.set(der.sequence(der.oid(oids.commonName), der.utf8('spawnit apiserver'))));
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + years);
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name,
    der.sequence(der.time(new Date(now.getTime() - 3_600_000)), der.time(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(...extensions(hosts))),
  );
  const certificate = der.sequence(body, algorithm, der.bits(sign('sha256', body, privateKey)));
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: pem(certificate) };
}

function extensions(hosts: string[]): Buffer[] {
  const critical = der.boolean(true);
  const digitalSignatureAndCertSign = der.bits(Buffer.of(0b1000_0100), 2);
  return [
    der.sequence(der.oid(oids.basicConstraints), critical, der.octets(der.sequence(der.boolean(true)))),
    der.sequence(der.oid(oids.keyUsage), critical, der.octets(digitalSignatureAndCertSign)),
    der.sequence(der.oid(oids.extendedKeyUsage), der.octets(der.sequence(der.oid(oids.serverAuth)))),
    der.sequence(der.oid(oids.subjectAltName), der.octets(der.sequence(...hosts.map(alternativeName)))),
  ];
}

function alternativeName(host: string): Buffer {
  const version = isIP(host);
  if (version === 0) return der.implicit(2, Buffer.from(host));
  return der.implicit(7, version === 4 ? Buffer.from(host.split('.').map(Number)) : ipv6Bytes(host));
}

/** `new URL` writes an address in its shortest form, so that only `::` remains to be filled in. */
function ipv6Bytes(host: string): Buffer {
  const short = new URL(`http://[${host}]`).hostname.slice(1, -1);
  const [head = '', tail] = short.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function pem(bytes: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}
