import type { Service } from '@spawnit/contract';
import t from 'tap';
import { progressTeller } from '../../src/output/progress.js';

const failed = (why: string, count: number) =>
  ({
    kind: 'Service',
    metadata: { name: 'a' },
    status: { phase: 'Failed', retries: { count, generation: 1, nextAttemptTime: `T${count + 1}` }, conditions: [{ type: 'Ready', status: 'False', reason: 'ImagePull', message: `${why} Attempt ${count + 1} starts at T${count + 1}.` }] },
  }) as unknown as Service;

t.test('a failure is told at length once, and shortly when it comes again; another one is told at length, too', async (t) => {
  const told: string[] = [];
  const tell = progressTeller((progress) => told.push(progress));
  for (const service of [failed('No such host.', 1), failed('No such host.', 1), failed('No such host.', 2), failed('No such tag.', 3), failed('No such host.', 4)]) tell(service);
  t.same(told, [
    'Failed · ImagePull: No such host. Attempt 2 starts at T2.',
    'Failed · ImagePull again. Attempt 3 starts at T3.',
    'Failed · ImagePull: No such tag. Attempt 4 starts at T4.',
    'Failed · ImagePull again. Attempt 5 starts at T5.',
  ]);
});
