import { createHash, createHmac } from 'node:crypto';
import { Pool } from 'undici';
import type { Minio } from '@spawnit/testkit';

type Access = Pick<Minio, 'endpoint' | 'accessKey' | 'secretKey' | 'region'>;

/** Reads objects of a bucket past the product: its own signature (AWS Signature Version 4), no code of the apiserver. */
export class Bucket {
  readonly #pool: Pool;

  constructor(
    private readonly access: Access,
    private readonly name: string,
  ) {
    this.#pool = new Pool(access.endpoint, { connections: 16, headersTimeout: 5_000, bodyTimeout: 5_000 });
  }

  /** The object, or undefined when there is none. Throws while the store can't be reached. */
  async get(key: string): Promise<Buffer | undefined> {
    const path = `/${this.name}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const { statusCode, body } = await this.#pool.request({ method: 'GET', path, headers: signed(this.access, path, new Date()) });
    const bytes = Buffer.from(await body.arrayBuffer());
    if (statusCode === 404) return undefined;
    if (statusCode !== 200) throw new Error(`GET ${key} answered ${statusCode}: ${bytes.toString().slice(0, 200)}`);
    return bytes;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

function signed({ endpoint, accessKey, secretKey, region }: Access, path: string, now: Date): Record<string, string> {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const headers = { host: new URL(endpoint).host, 'x-amz-content-sha256': sha256(''), 'x-amz-date': time };
  const names = Object.keys(headers).join(';');
  const canonical = ['GET', path, '', ...Object.entries(headers).map(([key, value]) => `${key}:${value}`), '', names, sha256('')].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretKey}`);
  return { ...headers, authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${hmac(key, text).toString('hex')}` };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
