import { helloImage, skipped } from '@spawnit/local';
import t from 'tap';
import { docker, startRegistry } from '@spawnit/testkit';

const skip = skipped('docker-registry') || skipped('hello-image');

t.test('an image pushed to a real registry is pulled from it', { skip }, async (t) => {
  const registry = await startRegistry({ t });
  const reference = await registry.push(helloImage, 'hello:2');
  t.equal(reference, `${registry.address}/hello:2`);
  await t.rejects(docker(['image', 'inspect', reference]), 'the engine has no copy');
  t.teardown(() => docker(['rmi', '--no-prune', reference]));
  await docker(['pull', '--quiet', reference]);
  await t.resolves(docker(['image', 'inspect', reference]));
});

t.test('an image that is not there is refused in the words of the engine', { skip }, async (t) => {
  const registry = await startRegistry({ t });
  await t.rejects(docker(['pull', `${registry.address}/no-such:1`]), { message: /not found|manifest unknown/ });
});
