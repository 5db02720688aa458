import { eventKind, serviceKind, type ApiError, type Resource } from '@spawnit/contract';
import t from 'tap';
import { parseFieldSelector } from '../../src/selection/fields.js';
import { parseLabelSelector } from '../../src/selection/labels.js';

t.test('label selectors of every form choose what Kubernetes would', async (t) => {
  const labels = { app: 'web', tier: 'front', 'example.com/n': '5', empty: '' };
  const yes = ['', 'app', 'app=web', 'app==web', 'app!=db', 'other!=x', 'app in (db, web)', 'app notin (db)', 'other notin (x)', '!other', 'example.com/n>4', 'example.com/n < 6', 'empty=', 'empty in ()', 'app=web,tier in (front,back),!other', ' app = web '];
  const no = ['other', 'app=db', 'app!=web', 'app in (db)', 'app notin (web,db)', '!app', 'example.com/n>5', 'app>1', 'app=web,tier=back', 'app='];
  for (const selector of yes) t.equal(parseLabelSelector(selector)(labels), true, selector);
  for (const selector of no) t.equal(parseLabelSelector(selector)(labels), false, selector);
});

t.test('a label selector that cannot be read says what was expected', async (t) => {
  for (const selector of ['app in web', 'app in (web', 'app=web,', '=web', 'app web', 'app>x', 'a$b', 'app=we$b', ',']) {
    t.throws(() => parseLabelSelector(selector), { code: 'BadRequest', message: /labelSelector .* can't be read: expected/ } as unknown as ApiError, selector);
  }
});

t.test('a name that every object inherits is no label', async (t) => {
  t.equal(parseLabelSelector('constructor')({}), false);
  t.equal(parseLabelSelector('!toString')({}), true);
});

const service = { metadata: { name: 'a', namespace: 'n' }, spec: { template: 'web' }, status: { phase: 'Ready' } } as unknown as Resource;

t.test('field selectors compare the paths that a kind declares', async (t) => {
  for (const selector of ['', 'metadata.name=a', 'metadata.namespace==n,spec.template=web', 'status.phase!=Failed', 'status.node=', 'status.node!=x']) t.equal(parseFieldSelector(serviceKind, selector)(service), true, selector);
  for (const selector of ['metadata.name=b', 'status.phase!=Ready', 'status.node=x', 'metadata.name=a,status.phase=Failed']) t.equal(parseFieldSelector(serviceKind, selector)(service), false, selector);
  const event = { metadata: { name: 'e' }, reason: 'a,b=c\\' } as unknown as Resource;
  t.equal(parseFieldSelector(eventKind, 'reason=a\\,b\\=c\\\\')(event), true, 'escapes');
});

t.test('a selector of blanks is read in one go', async (t) => {
  const blanks = ' '.repeat(100_000);
  for (const selector of [`${blanks}a`, `a${blanks}b`, `${blanks}\\`, `a${blanks}!`]) t.throws(() => parseFieldSelector(serviceKind, selector), { code: 'BadRequest' } as unknown as ApiError);
  t.equal(parseFieldSelector(serviceKind, `${blanks}metadata.name${blanks}=${blanks}a${blanks}`)(service), true);
});

t.test('an unknown field is refused with the nearest known one', async (t) => {
  t.throws(() => parseFieldSelector(serviceKind, 'status.phse=Ready'), { code: 'BadRequest', message: /did you mean "status.phase"/ } as unknown as ApiError);
  t.throws(() => parseFieldSelector(serviceKind, 'status.phase'), { code: 'BadRequest', message: /path=value/ } as unknown as ApiError);
});
