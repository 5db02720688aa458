import t from 'tap';
import { impurityOf } from '../../src/drift/purity.js';
import { lockedProviders } from '../../src/drift/providers.js';
import { moduleBundle } from '../deployment.js';

const bundle = (text: string, file = 'main.tf') => ({ root: '.', files: { [file]: text } });

t.test('what hangs on more than inputs and reads is found', async (t) => {
  const impure = [
    'x = timestamp()',
    'x = plantimestamp ()',
    'x = "${uuid()}"',
    'x = file("${path.module}/a")',
    'x = templatefile("a", {})',
    'x = filesha256("a")',
    'x = path.cwd',
    'data "terraform_remote_state" "x" {}',
    'x = provider::aws::arn_parse("x")',
    'ephemeral "x" "y" {}',
    'import {\n to = x.y\n}',
    'module "x" {\n  source = "git::https://example.org/x"\n}',
    'module "a" {\n  source = "../a"\n}\nmodule "x" {\n  source = "terraform-aws-modules/vpc/aws"\n}',
    'module "a" {\n  source = var.where\n}',
    'module a {\n  source = "example.org/a/b/c"\n}',
    'module "a" {\n  for_each = { a = "b" }\n  source   = "hashicorp/consul/aws"\n}',
  ];
  for (const text of impure) t.ok(impurityOf(bundle(text)), text);
  t.ok(impurityOf(bundle('{"module": {"x": {"source": "example.org/a/b/c"}}}', 'main.tf.json')), 'JSON');
});

t.test('what is a function of inputs and reads is not', async (t) => {
  const pure = ['x = replace(a, "b", "c")', 'data "docker_image" "x" {\n  name = "y"\n}', 'module "x" {\n  source = "../instance"\n}', 'x = profile("a")', 'file = upload.key', 'terraform {\n  required_providers {\n    docker = { source = "kreuzwerker/docker" }\n  }\n}'];
  for (const text of pure) t.equal(impurityOf(bundle(text)), undefined, text);
  for (const name of ['instance', 'web-server', 'wordpress', 'network', 'volume']) t.equal(impurityOf(moduleBundle(name)), undefined, `docker/${name} of the catalogue`);
  t.equal(impurityOf(bundle('timestamp()', 'readme.md')), undefined, 'no module file');
});

t.test('the providers of a workdir are read from its lock file', async (t) => {
  const lock = `provider "registry.opentofu.org/kreuzwerker/docker" {
  version     = "4.6.0"
  constraints = "~> 4.6"
  hashes = [
    "h1:x{y}",
  ]
}

provider "example.org/a/b" {
  version = "1.0.0-beta1"
}
`;
  t.same(lockedProviders(lock), [{ address: 'registry.opentofu.org/kreuzwerker/docker', version: '4.6.0' }, { address: 'example.org/a/b', version: '1.0.0-beta1' }]);
  t.same(lockedProviders(''), []);
});
