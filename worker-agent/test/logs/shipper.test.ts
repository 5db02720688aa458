import { waitFor } from '@spawnit/testkit';
import t from 'tap';
import { Redactor } from '../../src/logs/redact.js';
import { LogShipper, type ShipperOptions } from '../../src/logs/shipper.js';

function shipper(send: ShipperOptions['send'], more: Partial<ShipperOptions> = {}): LogShipper {
  return new LogShipper({ send, redactor: new Redactor(['hunter22']), isFinal: () => false, ...more, bounds: { batchMs: 5, retryMs: 5, ...more.bounds } });
}

t.test('all of it arrives, in order and redacted, though every other answer is lost', async (t) => {
  let kept = Buffer.alloc(0);
  let calls = 0;
  const log = shipper(async (offset, bytes) => {
    kept = Buffer.concat([kept.subarray(0, offset), bytes]);
    if ((calls += 1) % 2 === 1) throw new Error('the answer was lost');
    return kept.length;
  });
  const lines = Array.from({ length: 2_000 }, (_, i) => `line ${i} of hunter22 é\n`);
  const bytes = Buffer.from(lines.join(''));
  for (let i = 0; i < bytes.length; i += 37) log.write(bytes.subarray(i, i + 37));
  const { bytes: size, gaps } = await log.end(10_000);
  t.equal(kept.toString(), lines.join('').replaceAll('hunter22', '(sensitive)'));
  t.same({ size, gaps }, { size: kept.length, gaps: 0 });
});

t.test('a server that took half of a piece is sent the rest', async (t) => {
  let kept = Buffer.alloc(0);
  const log = shipper(async (offset, bytes) => {
    kept = Buffer.concat([kept.subarray(0, offset), bytes.subarray(0, Math.ceil(bytes.length / 2))]);
    return kept.length;
  });
  log.write(Buffer.from('0123456789'));
  await log.end(10_000);
  t.equal(kept.toString(), '0123456789');
});

t.test('while nobody takes it memory is bounded: beginning and end are kept, and what is missing is counted', async (t) => {
  let open = false;
  let kept = Buffer.alloc(0);
  const log = shipper(
    async (offset, bytes) => {
      if (!open) throw new Error('not reachable');
      kept = Buffer.concat([kept.subarray(0, offset), bytes]);
      return kept.length;
    },
    { bounds: { heldBytes: 1_000, tailBytes: 100 } },
  );
  log.write(Buffer.from('first\n'));
  for (let i = 0; i < 100; i += 1) log.write(Buffer.from(`${'x'.repeat(98)}\n`));
  log.write(Buffer.from('last\n'));
  open = true;
  const { gaps } = await log.end(10_000);
  t.equal(gaps, 1);
  t.match(kept.toString(), /^first\n/);
  t.match(kept.toString(), /\[… \d+ bytes left out …\]/);
  t.match(kept.toString(), /\nlast\n$/);
  t.ok(kept.length < 2_500);
});

t.test('it gives up at once when the job is not ours any more', async (t) => {
  let calls = 0;
  const log = shipper(
    async () => {
      calls += 1;
      throw new Error('EpochPassed');
    },
    { isFinal: () => true },
  );
  log.write(Buffer.from('one'));
  await waitFor(() => calls > 0, { what: 'the first call' });
  log.write(Buffer.from('two'));
  await log.end(10_000);
  t.equal(calls, 1);
});
