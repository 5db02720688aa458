import t from 'tap';
import { declaring } from './declare.js';
import { following } from './follow.js';
import { reading } from './read.js';
import { clients, openScene } from './scene.js';

/** Each verb of docs/kubectl-compat.md, as a process, with an old and a current kubectl. */
for (const client of clients) {
  t.test(`kubectl 1.${client.minor}`, { timeout: 600_000 }, async (t) => {
    const scene = await openScene(t, client);
    for (const { verb, since = 0, run } of [...reading, ...declaring, ...following]) {
      if (client.minor >= since) await t.test(verb, (t) => run(t, scene));
    }
  });
}
