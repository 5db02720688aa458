import type { View } from '../store/log/view.js';
import type { Keys } from './keys.js';

/** The record of the cluster: which root key is in force, and whose tokens are good besides. */
export const clusterKey = 'meta/cluster';

interface Cluster {
  keyFingerprint?: string;
  previousFingerprint?: string;
}

/**
 * The root keys that this server has in its files. Which one is in force the log says, so that all servers change to
 * another at one commit; before there is a log, it is the one that the server has had.
 */
export class RootKeys implements Keys {
  readonly #known = new Map<string, Keys>();
  #view: (() => View) | undefined;

  constructor(private readonly own: Keys) {
    this.learn(own);
  }

  follow(view: () => View): void {
    this.#view = view;
  }

  learn(keys: Keys): void {
    this.#known.set(keys.fingerprint, keys);
  }

  find(fingerprint: string): Keys | undefined {
    return this.#known.get(fingerprint);
  }

  /** Fingerprints of all that this server has. */
  get known(): string[] {
    return [...this.#known.keys()];
  }

  get fingerprint(): string {
    return this.#current.fingerprint;
  }

  derive(purpose: string): Buffer {
    return this.#current.derive(purpose);
  }

  /** The one that was in force before, while tokens that it signed are still good. */
  get former(): Keys | undefined {
    const { previousFingerprint } = this.#cluster;
    return previousFingerprint === undefined ? undefined : this.find(previousFingerprint);
  }

  get #current(): Keys {
    const { keyFingerprint } = this.#cluster;
    return (keyFingerprint === undefined ? undefined : this.find(keyFingerprint)) ?? this.own;
  }

  get #cluster(): Cluster {
    return (this.#view?.().get(clusterKey)?.value ?? {}) as Cluster;
  }
}
