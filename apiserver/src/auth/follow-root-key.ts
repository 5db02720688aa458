import { asError } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import { lookForOthers, settleFiles } from './root-key-files.js';
import { clusterKey, type RootKeys } from './root-keys.js';

const lookEveryMs = 5_000;

export interface Following {
  /** Writes the files that hold tokens anew, as far as they are of another root key. */
  renew: () => Promise<void>;
  onFatal: (error: Error) => void;
}

/** Keeps the files in step with the root key that is in force, here and at each change of it; the returned function ends that. */
export async function followRootKey({ config, registry, log }: ServerContext, keys: RootKeys, { renew, onFatal }: Following): Promise<() => void> {
  const inForce = () => registry.view.get(clusterKey)?.value['keyFingerprint'] as string | undefined;
  const settle = async () => {
    const fingerprint = inForce();
    if (fingerprint === undefined) return;
    await lookForOthers(config.dataDir, keys);
    await settleFiles(config.dataDir, keys, fingerprint);
    await renew();
  };
  await settle();
  let over = false;
  let turn = Promise.resolve();
  const settleAgain = () => {
    turn = turn.then(settle).catch((error: unknown) => {
      if (!over) onFatal(asError(error));
    });
  };
  let stop: () => void = () => undefined;
  const listen = () => {
    if (over) return;
    try {
      stop = registry.watch({ prefix: clusterKey, after: registry.rv, onEnd: listen }, settleAgain);
    } catch {
      // The registry has stopped, and this server with it.
    }
  };
  listen();
  const look = () => void lookForOthers(config.dataDir, keys).catch((error: unknown) => log.warn({ err: error }, 'the folder of keys could not be read'));
  const timer = setInterval(look, lookEveryMs);
  return () => {
    over = true;
    clearInterval(timer);
    stop();
  };
}
