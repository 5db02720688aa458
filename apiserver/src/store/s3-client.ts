import { S3Client } from '@aws-sdk/client-s3';

export interface S3Options {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const connectMs = 3_000;
const mostSockets = 128;

/**
 * Steps of the SDK that do nothing for plain objects in one bucket and cost a third of its CPU:
 * log lines, S3 Express, redirects between regions, 100-continue, tracing and user agent headers.
 */
const dispensable = [
  'loggerMiddleware', 'validateBucketNameMiddleware', 'regionRedirectMiddleware', 'addExpectContinueMiddleware',
  's3ExpressMiddleware', 'recursionDetectionMiddleware', 'getUserAgentMiddleware',
];

/**
 * A client that never retries by itself: a repeated conditional write whose first try succeeded
 * would be answered 412, as if another had won.
 */
export function s3Client({ endpoint, region, accessKeyId, secretAccessKey }: S3Options): S3Client {
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectMs,
      httpAgent: { keepAlive: true, maxSockets: mostSockets },
      httpsAgent: { keepAlive: true, maxSockets: mostSockets },
    },
  });
  for (const name of dispensable) client.middlewareStack.remove(name);
  return client;
}
