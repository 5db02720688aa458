import { readFileSync } from 'node:fs';
import t from 'tap';
import { explain } from '../../src/errors/explain.js';
import { errorsOf, parseMessage, type TofuMessage } from '../../src/tofu/messages.js';
import type { TofuExit } from '../../src/tofu/run.js';

/** As real tofu, its docker provider and a real engine wrote them. */
const recorded = readFileSync(new URL('../../../test/fixtures/diagnostics.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .map(parseMessage)
  .filter((message) => message !== undefined);
const exitWith = (messages: TofuMessage[], more: Partial<TofuExit> = {}): TofuExit => ({ code: 1, messages, lastWords: '', ...more });
const explained = (words: RegExp) => {
  const message = recorded.find((m) => errorsOf([m]).some(({ summary }) => words.test(summary)));
  if (message === undefined) throw new Error(`no recorded diagnostic says ${words}`);
  return explain(exitWith([message]), 'apply');
};

t.test('each failure that was recorded has its cause, and the words of who refused', async (t) => {
  t.match(explained(/unable to pull image/), { cause: 'ImagePull', retryable: true, summary: /connection refused/, detail: /docker_image.this/ });
  t.match(explained(/port is already allocated/), { cause: 'PortInUse', retryable: true });
  t.match(explained(/already in use by container/), { cause: 'NameInUse', retryable: true });
  t.match(explained(/Cannot connect to the Docker daemon/), { cause: 'EngineUnreachable', retryable: true });
  t.match(explained(/Invalid value for variable/), { cause: 'Configuration', retryable: false, detail: /A port must be 1-65535/ });
  t.match(explained(/invalid reference format/), { cause: 'Configuration', retryable: false });
  t.match(explained(/error loading state/), { cause: 'StateConflict', retryable: true });
});

t.test("a gate's refusal is a lost lease, however the provider wraps it", async (t) => {
  const diagnostic = { severity: 'error' as const, summary: 'Unable to create container: SpawnIt: the lease of this node is over, so it changes nothing', detail: '' };
  t.match(explain(exitWith([{ type: 'diagnostic', diagnostic }]), 'apply'), { cause: 'LeaseLost', retryable: true });
});

t.test('of several errors the telling one is first, and the others are named', async (t) => {
  const plain = { severity: 'error' as const, summary: 'something went wrong', detail: '' };
  const telling = { severity: 'error' as const, summary: 'Bind for 0.0.0.0:80 failed: port is already allocated', detail: '' };
  const error = explain(exitWith([plain, telling].map((diagnostic) => ({ type: 'diagnostic' as const, diagnostic }))), 'apply');
  t.match(error, { cause: 'PortInUse', detail: /also: something went wrong/ });
});

t.test('a crash that says nothing is called one, with its last words', async (t) => {
  t.match(explain(exitWith([], { code: undefined, signal: 'SIGKILL' }), 'apply'), { cause: 'Crashed', summary: /SIGKILL/ });
  t.match(explain(exitWith([], { code: 2, lastWords: 'panic: boom' }), 'plan'), { cause: 'Crashed', detail: 'panic: boom' });
});
