import { waitFor } from '@spawnit/testkit';
import t from 'tap';
import { AgentLoad } from '../../src/load.js';
import { Redactor } from '../../src/logs/redact.js';
import { defaultBounds, LogShipper, type ShipperOptions } from '../../src/logs/shipper.js';

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

t.test('an end that did not arrive is a missing place: waiting, half sent, or left out before', async (t) => {
  const away = shipper(() => Promise.reject(new Error('not reachable')));
  away.write(Buffer.from('Error: the one line that matters\n'));
  t.same(await away.end(50), { bytes: 0, gaps: 1 });

  const half = shipper(async (offset) => (offset === 0 ? 4 : Promise.reject(new Error('not reachable'))));
  half.write(Buffer.from('0123456789'));
  t.same(await half.end(50), { bytes: 4, gaps: 1 });

  const full = shipper(() => Promise.reject(new Error('not reachable')), { bounds: { heldBytes: 10, tailBytes: 5 } });
  for (const text of ['first\n', 'second\n', 'third\n']) full.write(Buffer.from(text));
  t.same(await full.end(50), { bytes: 0, gaps: 1 }, 'all of it is one place');
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

/** A server that keeps what it is sent, taking its time. */
function keeper(paceMs: number): { send: ShipperOptions['send']; size(): number; ends(bytes: number): { head: string; tail: string } } {
  const pieces: Buffer[] = [];
  let size = 0;
  const send: ShipperOptions['send'] = async (offset, bytes) => {
    await new Promise((resolve) => setTimeout(resolve, paceMs));
    if (offset !== size) throw new Error(`sent ${offset}, and ${size} is there`);
    pieces.push(Buffer.from(bytes));
    return (size += bytes.length);
  };
  const all = () => Buffer.concat(pieces);
  return { send, size: () => size, ends: (bytes) => ({ head: all().subarray(0, bytes).toString(), tail: all().subarray(-bytes).toString() }) };
}

t.test('of 100 MB written at once head and tail arrive, what is missing is counted to the byte, and memory stays bounded', async (t) => {
  const load = new AgentLoad();
  const { send, size, ends } = keeper(1);
  const log = shipper(send, { load });
  const piece = Buffer.from(`${'0123456789abcdef'.repeat(4_095)}_end_of_a_piece_\n`);
  const pieces = Math.ceil((100 * 1024 * 1024) / piece.length);
  let most = 0;
  log.write(Buffer.from('first\n'));
  for (let i = 0; i < pieces; i += 1) {
    log.write(piece);
    most = Math.max(most, load.logBytes);
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  log.write(Buffer.from('last\n'));
  const held = defaultBounds.heldBytes + defaultBounds.batchBytes + defaultBounds.tailBytes;
  t.ok(most > defaultBounds.heldBytes / 2 && most <= held, `at most ${most} of ${held} bytes were held`);
  const { gaps } = await log.end(60_000);
  t.ok(gaps > 0);
  t.match(ends(6).head, 'first\n');
  t.match(ends(200).tail, /_end_of_a_piece_\nlast\n$/);
  const markers = size() - (6 + pieces * piece.length + 5 - load.logBytesLeftOut);
  t.ok(markers > 0 && markers < gaps * 60, `${size()} bytes arrived, and ${load.logBytesLeftOut} are told to be missing: what is left are ${markers} bytes of ${gaps} notes`);
  t.equal(load.logBytes, 0, 'nothing is held any more');
});

t.test('it sends no faster than its rate, and at the end what is left at once', async (t) => {
  const { send, size } = keeper(0);
  const log = shipper(send, { bounds: { bytesPerSecond: 1, burstBytes: 1_000, batchBytes: 500 } });
  for (let i = 0; i < 10; i += 1) log.write(Buffer.alloc(500, 'x'));
  await waitFor(() => size() >= 1_500, { what: 'the burst to be sent' });
  t.equal(size(), 1_500, 'then it waits');
  await log.end(10_000);
  t.equal(size(), 5_000);
});
