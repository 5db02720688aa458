import { type ApiError, type Cause, type Service } from '@spawnit/contract';
import t, { type Test } from 'tap';
import { readConfig } from '../../src/config.js';
import { startPlane } from '../agent/plane.js';

const catalogueDir = readConfig({}).catalogueDir;

async function withContainers(t: Test, hostPaths: string[]) {
  const plane = await startPlane(t, { catalogueDir, hostPaths });
  const { services } = plane.as('admin');
  const causes = async (spec: object): Promise<Cause[]> => {
    const made = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', namespace: 'default' }, spec: { template: 'container', ...spec } } as unknown as Service;
    const error = await services.create(made, { dryRun: true }).then(() => undefined, (error: unknown) => error as ApiError);
    return error?.details.causes ?? [];
  };
  const mounting = (host_path: string) => causes({ parameters: { image: 'busybox', volumes: [{ name: 'own', container_path: '/own' }, { host_path, container_path: '/host' }] } });
  return { causes, mounting };
}

t.test('no folder of a host is mounted unless the apiserver was told of one', async (t) => {
  const { causes, mounting } = await withContainers(t, []);
  for (const path of ['/', '/etc', '/var/run/docker.sock', '/root/.ssh'])
    t.match(await mounting(path), [{ field: 'spec.parameters.volumes[1].host_path', reason: 'FieldValueForbidden', message: /no folder of the host/ }], path);
  t.same(await causes({ parameters: { image: 'busybox', volumes: [{ name: 'own', container_path: '/own' }] } }), []);
});

t.test('only what lies under an allowed folder is mounted', async (t) => {
  const { mounting } = await withContainers(t, ['/srv/data', '/mnt']);
  for (const path of ['/srv/data', '/srv/data/', '/srv/data/x/y', '/srv//data/./x', '/mnt/disk']) t.same(await mounting(path), [], path);
  for (const path of ['/srv', '/srv/data2', '/srv/data/../../etc', '/srv/data/..', '/etc', '//etc', '/./etc', '/', '/SRV/data'])
    t.match(await mounting(path), [{ message: 'must be under /srv/data or /mnt, without ".."' }], path);
});

t.test('a folder of the host does not come from another service', async (t) => {
  const { causes } = await withContainers(t, ['/srv/data']);
  const found = await causes({ parameters: { image: 'busybox' }, parametersFrom: [{ parameter: 'volumes', service: 'other', output: 'volumes' }] });
  t.match(found.find(({ field }) => field === 'spec.parametersFrom[0]'), { message: /can't come from another service/ });
});

t.test('the allowed folders are absolute paths in their plain form', async (t) => {
  const read = (list: string) => readConfig({ SPAWNIT_HOST_PATHS: list }).hostPaths;
  t.same([read(''), read('/a, /b/'), read('/')], [[], ['/a', '/b'], ['/']]);
  for (const list of ['a', '/a/../b', '/a,b', '/a//b']) t.throws(() => read(list), /SPAWNIT_HOST_PATHS/, list);
});
