import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'undici';

export interface S3Target {
  endpoint: string;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

/** A bare HTTP client that PUTs objects, signed by hand (AWS Signature Version 4, unsigned payload): nothing of ours, nothing of the SDK. */
export function rawS3(target: S3Target): { put(key: string, body: Buffer): Promise<void>; makeBucket(): Promise<void> } {
  const dispatcher = new Agent({ connections: 64, keepAliveTimeout: 60_000 });
  const send = async (path: string, body: Buffer) => {
    const { statusCode, body: answer } = await request(`${target.endpoint}${path}`, { method: 'PUT', dispatcher, headers: sign(target, path, new Date()), body });
    const text = await answer.text();
    if (statusCode !== 200) throw new Error(`PUT ${path}: ${statusCode} ${text.slice(0, 200)}`);
  };
  return { put: (key, body) => send(`/${target.bucket}/${key}`, body), makeBucket: () => send(`/${target.bucket}`, Buffer.alloc(0)) };
}

function sign({ endpoint, region, accessKey, secretKey }: S3Target, path: string, now: Date): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const [day, host] = [time.slice(0, 8), new URL(endpoint).host];
  const payload = 'UNSIGNED-PAYLOAD';
  const scope = `${day}/${region}/s3/aws4_request`;
  const canonical = ['PUT', path, '', `host:${host}`, `x-amz-content-sha256:${payload}`, `x-amz-date:${time}`, '', 'host;x-amz-content-sha256;x-amz-date', payload].join('\n');
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
