import { errorText } from '@spawnit/contract';
import { GrpcClient, GrpcError } from './grpc-client.js';
import { startProvider, type ProviderProcess, type ProviderStart } from './provider-process.js';

/** A provider that went wrong: it crashed, hung, or answered what is no answer. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
}

/** What a provider is being asked. */
export interface Call {
  method: string;
  message: Buffer;
}

/** A provider's process, kept for many calls. After its first failure it is not used again. */
export class WarmProvider {
  readonly #client: GrpcClient;
  /** How many hold it just now. */
  users = 0;
  /** By the pool's clock. */
  usedAt = 0;
  startedAt = 0;
  /** Whether it is given to nobody any more. */
  retired = false;

  private constructor(
    readonly process: ProviderProcess,
    private readonly callMs: number,
    private readonly onFailure: (failure: ProviderFailure) => void,
    private readonly asked: Set<Call>,
  ) {
    this.#client = new GrpcClient(process.socket);
    void process.ended.then(() => this.#fail('it has ended'));
  }

  /** Throws a ProviderFailure when it can't be started. */
  static async start(start: ProviderStart & { callMs: number; onFailure: (failure: ProviderFailure) => void; asked: Set<Call> }): Promise<WarmProvider> {
    try {
      return new WarmProvider(await startProvider(start), start.callMs, start.onFailure, start.asked);
    } catch (error) {
      throw new ProviderFailure(`it could not be started: ${errorText(error)}`);
    }
  }

  /** Throws a GrpcError as it answers, a ProviderFailure when it does not. */
  async call(method: string, message: Buffer): Promise<Buffer> {
    if (this.retired) throw new ProviderFailure('it has ended');
    const call = { method, message };
    this.asked.add(call);
    try {
      return await this.#client.call(`/tfplugin${this.process.protocol}.Provider/${method}`, message, this.callMs);
    } catch (error) {
      if (error instanceof GrpcError && isAnswer(error)) throw error;
      throw this.#fail(`${method}: ${errorText(error)}`);
    } finally {
      this.asked.delete(call);
    }
  }

  /** Ends it at once, whoever uses it. */
  end(): void {
    this.retired = true;
    this.#client.close();
    this.process.kill();
  }

  #fail(message: string): ProviderFailure {
    const failure = new ProviderFailure(message);
    if (!this.retired) {
      this.end();
      this.onFailure(failure);
    }
    return failure;
  }
}

/** gRPC's own words for a server that is gone or broken: Unknown is a provider's, Unavailable and Internal are the transport's. */
function isAnswer({ code }: GrpcError): boolean {
  return code !== 13 && code !== 14;
}
