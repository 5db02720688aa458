import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'undici';

export interface S3Target {
  endpoint: string;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

export interface RawS3 {
  put(key: string, body: Buffer): Promise<void>;
  get(key: string): Promise<Buffer>;
  /** All keys; the plain ones of ours need no decoding. */
  keys(): Promise<string[]>;
  makeBucket(): Promise<void>;
}

/** A bare HTTP client for objects, signed by hand (AWS Signature Version 4, unsigned payload): nothing of ours, nothing of the SDK. */
export function rawS3(target: S3Target): RawS3 {
  const dispatcher = new Agent({ connections: 64, keepAliveTimeout: 60_000 });
  const send = async (method: 'GET' | 'PUT', path: string, { body, query = '' }: { body?: Buffer; query?: string } = {}) => {
    const { statusCode, body: answer } = await request(`${target.endpoint}${path}?${query}`, { method, dispatcher, headers: sign(target, { method, path, query }, new Date()), body });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (statusCode !== 200) throw new Error(`${method} ${path}: ${statusCode} ${bytes.toString().slice(0, 200)}`);
    return bytes;
  };
  const bucket = `/${target.bucket}`;
  const keys = async () => {
    const found: string[] = [];
    for (;;) {
      const after = found.length === 0 ? '' : `&start-after=${encodeURIComponent(found.at(-1)!)}`;
      const page = [...String(await send('GET', bucket, { query: `list-type=2${after}` })).matchAll(/<Key>([^<]+)<\/Key>/g)].map((match) => match[1]!);
      if (page.length === 0) return found;
      found.push(...page);
    }
  };
  return { put: async (key, body) => void (await send('PUT', `${bucket}/${key}`, { body })), get: (key) => send('GET', `${bucket}/${key}`), keys, makeBucket: async () => void (await send('PUT', bucket)) };
}

interface Call {
  method: string;
  path: string;
  /** Its parameters in order of their names. */
  query: string;
}

function sign({ endpoint, region, accessKey, secretKey }: S3Target, { method, path, query }: Call, now: Date): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const [day, host] = [time.slice(0, 8), new URL(endpoint).host];
  const payload = 'UNSIGNED-PAYLOAD';
  const scope = `${day}/${region}/s3/aws4_request`;
  const canonical = [method, path, query, `host:${host}`, `x-amz-content-sha256:${payload}`, `x-amz-date:${time}`, '', 'host;x-amz-content-sha256;x-amz-date', payload].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>((k, part) => hmac(k, part), `AWS4${secretKey}`);
  const signature = hmac(key, toSign).toString('hex');
  return {
    'x-amz-content-sha256': payload,
    'x-amz-date': time,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
  };
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
