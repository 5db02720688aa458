import { addAbortSignal } from 'node:stream';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, HeadBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { assertKey, mostListed, StoreUnavailable } from './object-store.js';
import type { ListPage, ObjectStore, PutResult } from './object-store.js';
import { proveConditionalWrites } from './prove-conditional-writes.js';
import { s3Client } from './s3-client.js';
import type { S3Options } from './s3-client.js';
import { describeS3Error, mayHaveLanded, statusOf } from './s3-errors.js';

/** An answer must begin within this; each MiB sent or received adds a second. */
const answerMs = 6_000;
const msPerMib = 1_000;
const conflictTries = 6;
const conflictPauseMs = 10;
const openTries = 25;
const openPauseMs = 200;

/** Opens a bucket, makes it if it isn't there, and proves that it honours create-only writes. */
export async function openS3Store(options: S3Options): Promise<S3Store> {
  const store = new S3Store(s3Client(options), options);
  try {
    await patiently(() => store.ensureBucket());
    await proveConditionalWrites(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A store that has just started answers 5xx for a moment: that is waited out. */
async function patiently(open: () => Promise<void>): Promise<void> {
  for (let left = openTries; ; left--) {
    try {
      return await open();
    } catch (error) {
      const status = statusOf((error as Error).cause);
      if (left === 1 || status === undefined || status < 500) throw error;
      await sleep(openPauseMs);
    }
  }
}

/** Keeps objects in an S3 bucket: MinIO, AWS, or any that honours `If-None-Match: *`. */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #region: string;

  /** Use `openS3Store`, which proves that the store can be relied on. */
  constructor(client: S3Client, { bucket, endpoint, region }: S3Options) {
    this.name = `bucket ${bucket} at ${endpoint}`;
    this.#client = client;
    this.#bucket = bucket;
    this.#region = region;
  }

  async get(key: string): Promise<Buffer | undefined> {
    assertKey(key);
    try {
      return await within(0, async (abortSignal, extend) => {
        const { Body, ContentLength = 0 } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }), { abortSignal });
        extend(ContentLength);
        return await readAll(addAbortSignal(abortSignal, Body as Readable));
      });
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
      throw this.#unavailable(`reading ${key}`, error, false);
    }
  }

  async putIfAbsent(key: string, body: Buffer): Promise<PutResult> {
    assertKey(key);
    for (let attempt = 1; ; attempt++) {
      try {
        await within(body.length, (abortSignal) =>
          this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, IfNoneMatch: '*' }), { abortSignal }),
        );
        return 'created';
      } catch (error) {
        const status = statusOf(error);
        if (status === 412) return 'exists';
        // 409: another write of this key was under way, and this one was not done.
        if (status !== 409 || attempt === conflictTries) throw this.#unavailable(`writing ${key}`, error, mayHaveLanded(error));
        await sleep(conflictPauseMs * 2 ** attempt * (0.5 + Math.random() / 2));
      }
    }
  }

  async list(prefix: string, { after, limit = Infinity }: ListPage = {}): Promise<string[]> {
    const keys: string[] = [];
    for (let more = limit > 0; more; ) {
      const page = await this.#listPage(prefix, keys.at(-1) ?? after, Math.min(limit - keys.length, mostListed));
      keys.push(...page.keys);
      more = page.more && keys.length < limit;
    }
    return keys;
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    try {
      await within(0, (abortSignal) => this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }), { abortSignal }));
    } catch (error) {
      throw this.#unavailable(`removing ${key}`, error, false);
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  /** Makes the bucket when it isn't there. */
  async ensureBucket(): Promise<void> {
    try {
      await within(0, (abortSignal) => this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), { abortSignal }));
    } catch (error) {
      if (statusOf(error) !== 404) throw this.#unavailable('opening it', error, false);
      await this.#createBucket();
    }
  }

  async #createBucket(): Promise<void> {
    // us-east-1 is the one region that must not be named here.
    const place = this.#region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: this.#region as 'eu-west-1' } };
    try {
      await within(0, (abortSignal) => this.#client.send(new CreateBucketCommand({ Bucket: this.#bucket, ...place }), { abortSignal }));
    } catch (error) {
      const raced = error instanceof Error && error.name === 'BucketAlreadyOwnedByYou';
      if (!raced) throw this.#unavailable('creating it, since it does not exist,', error, false);
    }
  }

  async #listPage(prefix: string, after: string | undefined, limit: number): Promise<{ keys: string[]; more: boolean }> {
    const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, MaxKeys: limit, ...(after && { StartAfter: after }) });
    try {
      const page = await within(0, (abortSignal) => this.#client.send(command, { abortSignal }));
      return { keys: (page.Contents ?? []).map(({ Key }) => Key!), more: page.IsTruncated ?? false };
    } catch (error) {
      throw this.#unavailable(`listing ${prefix}`, error, false);
    }
  }

  #unavailable(what: string, cause: unknown, ambiguous: boolean): StoreUnavailable {
    return new StoreUnavailable(`${this.name}: ${what} failed: ${describeS3Error(cause)}`, { ambiguous, cause });
  }
}

/** Runs one request under a time limit that grows with the bytes moved. */
async function within<T>(bytes: number, request: (signal: AbortSignal, extend: (bytes: number) => void) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const limit = (moved: number) => answerMs + (moved / 2 ** 20) * msPerMib;
  const start = (ms: number) => setTimeout(() => controller.abort(new Error(`no answer within ${(ms / 1000).toFixed(1)} s`)), ms);
  let timer = start(limit(bytes));
  const extend = (more: number) => {
    clearTimeout(timer);
    timer = start(limit(more));
  };
  try {
    return await request(controller.signal, extend);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
