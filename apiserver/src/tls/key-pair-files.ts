import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { selfSigned, type KeyAndCertificate } from './certificate.js';

/** The certificate of this data directory, made at the first start and again when it is not for one of these hosts, or has run out. */
export async function readKeyPair(dataDir: string, hosts: string[], now: Date): Promise<KeyAndCertificate> {
  const dir = join(dataDir, 'keys');
  const [keyFile, certFile] = [join(dir, 'tls.key'), join(dir, 'tls.crt')];
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const wanted = [...new Set([...hosts.filter((host) => !['0.0.0.0', '::'].includes(host)), 'localhost', '127.0.0.1', '::1', hostname()])];
  const [key, cert] = await Promise.all([keyFile, certFile].map((file) => readFile(file, 'utf8').catch(() => '')));
  if (key && cert && fits(cert, wanted, now)) return { key, cert };
  const made = selfSigned(wanted, now);
  await replaceFile(keyFile, made.key);
  await replaceFile(certFile, made.cert);
  return made;
}

function fits(cert: string, hosts: string[], now: Date): boolean {
  try {
    const certificate = new X509Certificate(cert);
    return Date.parse(certificate.validTo) > now.getTime() && hosts.every((host) => (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined);
  } catch {
    return false;
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
