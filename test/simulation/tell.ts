import type { ServerContext } from '@spawnit/apiserver/dist/src/context.js';
import type { World } from './world.js';

/** Says every request that was answered or lost. */
export function tellRequests({ network, timeline }: World, write: (line: string) => void): void {
  network.observers.push(({ from, request, answer }) => write(`${(timeline.now / 1_000).toFixed(3)} ${from.name} > ${request.method} ${request.url.pathname}${request.url.search} ${answer?.status ?? 'lost'}`));
}

/** A logger that says what each process says, by virtual time: to look into one seed. */
export function tellAll(world: () => World, write: (line: string) => void): ServerContext['log'] {
  const say = (level: string) => (fields: object, message?: string) => {
    const { timeline } = world();
    const { err, ...rest } = fields as { err?: Error };
    write(`${(timeline.now / 1_000).toFixed(3)} ${timeline.current?.name ?? '-'} ${level} ${message ?? ''} ${JSON.stringify(rest)}${err ? ` ${err.message ?? String(err)}` : ''}`);
  };
  const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error'), fatal: say('fatal'), child: () => log } as unknown as ServerContext['log'];
  return log;
}
