import { adminPaths, describeIdentity } from '@spawnit/contract';
import { assertAdmin } from '../auth/assert-admin.js';
import type { Part, ServerContext } from '../context.js';
import { clusterEnvelopes } from '../secrets/cluster-envelopes.js';
import { retireRoot, rotateRoot } from './root-rotation.js';
import { Rotation } from './rotation.js';

const lookEveryMs = 60_000;

/** The keys that seal: who may see and rotate them, and the work that a rotation makes. */
export const keysPart: Part = (app, context) => {
  const rotation = new Rotation(context, clusterEnvelopes(context));
  const worker = new Worker(context, rotation);
  app.get(adminPaths.keys, async (request) => {
    assertAdmin(request, 'the keys that seal states and secrets are');
    await context.registry.sync();
    return rotation.status();
  });
  app.post(adminPaths.rotateKey, async (request) => {
    assertAdmin(request, 'the keys that seal states and secrets are');
    return rotation.rotate(describeIdentity(request.identity));
  });
  app.post(adminPaths.rotateRoot, async (request) => {
    assertAdmin(request, 'the keys that seal states and secrets are');
    return rotateRoot(context, request.identity);
  });
  app.post(adminPaths.retireRoot, async (request) => {
    assertAdmin(request, 'the keys that seal states and secrets are');
    return retireRoot(context, request.identity);
  });
  app.addHook('onListen', async () => worker.start());
  app.addHook('onClose', async () => worker.stop());
};

/** Looks at once when a key has been added, anywhere, and again from time to time. One look at a time. */
class Worker {
  #wanted = false;
  #working: Promise<void> | undefined;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: () => void = () => undefined;

  constructor(
    private readonly context: ServerContext,
    private readonly rotation: Rotation,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.#wake(), lookEveryMs);
    this.#follow();
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#unwatch();
    await this.#working;
  }

  #wake(): void {
    this.#wanted = true;
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  async #work(): Promise<void> {
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      await this.rotation.work().catch((error: unknown) => this.#stopped || this.context.log.debug({ err: error }, 'keys could not be looked at'));
    }
  }

  #follow(): void {
    const { registry } = this.context;
    const onEnd = () => {
      if (!this.#stopped) this.#follow();
    };
    try {
      this.#unwatch = registry.watch({ prefix: 'keys/', after: registry.rv, onEnd }, () => this.#wake());
    } catch {
      // The registry has stopped, and this server with it.
    }
  }
}
