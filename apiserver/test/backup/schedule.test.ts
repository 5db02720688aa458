import type { BackupOutcome } from '@spawnit/contract';
import fc from 'fast-check';
import t from 'tap';
import { retryRange, Schedule } from '../../src/backup/schedule.js';

const everyMs = 24 * 3_600_000;
let now = 1_000;

function schedule(random = 0.5, last?: BackupOutcome): Schedule {
  return new Schedule({ everyMs, monotonic: () => now, random: () => random }, last);
}

function ended(run: string, failures = 0): BackupOutcome {
  return { run, time: '', message: '', ...(failures > 0 ? { outcome: 'Failed', failures } : { outcome: 'Succeeded' }) };
}

t.test('a start is a good moment for a backup, whatever is known of an earlier one', async (t) => {
  t.equal(schedule().left(undefined), 0);
  t.equal(schedule(0.5, ended('a')).left(ended('a')), 0);
});

t.test('one that was made is followed by the next an interval later, whichever server made it', async (t) => {
  const due = schedule();
  t.equal(due.left(ended('a')), everyMs * 1.05, 'each server at a time of its own');
  now += everyMs;
  t.equal(Math.round(due.left(ended('a'))), everyMs * 0.05);
  t.equal(due.left(ended('of another server')), everyMs * 1.05);
});

t.test('one that failed is tried again after seconds, then ever more slowly, and never later than an interval', async (t) => {
  const due = schedule(0.5);
  t.equal(due.left(ended('a', 1)), 2_500);
  t.equal(due.left(ended('b', 2)), 5_000);
  t.equal(due.left(ended('c', 3)), 10_000);
  t.equal(due.left(ended('d', 100)), retryRange.maxMs / 2);
  t.equal(due.left(ended('e')), everyMs * 1.05, 'until one is made');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 10_000_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, everyMs, random) => {
      const left = new Schedule({ everyMs, monotonic: () => 0, random: () => random }, undefined).left(ended('x', failures));
      return left <= everyMs * 1.1 && left <= retryRange.maxMs;
    }),
    { numRuns: 10_000 },
  );
});

t.test('one whose outcome never comes holds the next back for an interval, not for ever', async (t) => {
  const due = schedule();
  due.begun();
  t.equal(due.left(undefined), everyMs * 1.05);
});
