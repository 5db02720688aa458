import t from 'tap';
import { impurityOf } from '../../src/drift/purity.js';
import { lockedProviders } from '../../src/drift/providers.js';
import { moduleBundle } from '../deployment.js';

const bundle = (text: string, file = 'main.tf') => ({ root: '.', files: { [file]: text } });

const calls = 'a function that answers differently each time';
const texts = 'a function that runs what another text says';
const node = 'files of the node';
const others = 'the state of others';
const made = 'values that providers make up';
const elsewhere = 'modules that are not part of it';

/** Why it is always planned, and what is written so. */
const planned: [string, string][] = [
  [calls, 'x = timestamp()'],
  [calls, 'x = plantimestamp ()'],
  [calls, 'x = "${uuid()}"'],
  [calls, 'x = bcrypt(var.x)'],
  [calls, 'x = core::timestamp()'],
  [calls, 'x = timestamp/**/()'],
  [calls, 'x = (timestamp # now\n  ())'],
  [calls, 'x = "${timestamp // now\n  ()}"'],
  [calls, 'x = core::/* */uuid/*\n*/ ()'],
  [calls, 'x = <<-EOT\n  %{ if true }${uuid/* */()}%{ endif }\nEOT'],
  [calls, 'variable "x" {\n  validation {\n    condition = timecmp(timestamp(), var.x) < 0\n  }\n}'],
  [calls, 'resource "x" "y" {\n  lifecycle {\n    precondition {\n      condition = timecmp(plantimestamp(), var.x) < 0\n    }\n  }\n}'],
  [calls, 'check "x" {\n  assert {\n    condition = timecmp(plantimestamp(), x.y.z) < 0\n  }\n}'],
  [calls, 'resource "terraform_data" "x" {\n  triggers_replace = timestamp()\n}'],
  [texts, 'x = templatestring(local.text, {})'],
  [node, 'x = file("${path.module}/a")'],
  [node, 'x = file/* */("a")'],
  [node, 'x = templatefile("a", {})'],
  [node, 'x = filesha256("a")'],
  [node, 'x = fileset(path.module, "*")'],
  [node, 'x = pathexpand("~/a")'],
  [node, 'x = path.cwd'],
  [node, 'x = path/**/.cwd'],
  [node, 'x = path. /* */ cwd'],
  [others, 'data "terraform_remote_state" "x" {}'],
  [others, 'data terraform_remote_state x {}'],
  [others, 'data "terraform_remote\\u005fstate" "x" {}'],
  [others, 'data /* */ "terraform_remote\\u005fstate" "x" {}'],
  [made, 'x = provider::aws::arn_parse("x")'],
  [made, 'x = provider/* */::aws::arn_parse("x")'],
  [made, 'ephemeral "x" "y" {}'],
  [made, 'variable "x" {\n  ephemeral = true\n}'],
  ['an import', 'import {\n to = x.y\n}'],
  ['an import', 'import/**/{\n to = x.y\n}'],
  [elsewhere, 'module "x" {\n  source = "git::https://example.org/x"\n}'],
  [elsewhere, 'module "a" {\n  source = "../a"\n}\nmodule "x" {\n  source = "terraform-aws-modules/vpc/aws"\n}'],
  [elsewhere, 'module "a" {\n  source = var.where\n}'],
  [elsewhere, 'module "a" {\n  source = "./${var.where}"\n}'],
  [elsewhere, 'module a {\n  source = "example.org/a/b/c"\n}'],
  [elsewhere, 'module/**/"a" {\n  source/**/= "example.org/a/b/c"\n}'],
  [elsewhere, 'module "a" {\n  for_each = { a = "b" }\n  source   = "hashicorp/consul/aws"\n}'],
];

/** Why it need not be: what it adds to a plan is a function of inputs, or read through a provider. */
const byReads: [string, string][] = [
  ['a function of its arguments', 'x = replace(a, "b", "c")'],
  ['a function of its arguments', 'x = [uuidv5("dns", var.x), timeadd(var.at, "1h"), basename(var.file), ephemeralasnull(var.x)]'],
  ['a name like that of another function', 'x = profile("a")'],
  ['a field of that name', 'file = upload.key'],
  ['where the module lies in its workdir', 'x = path.module'],
  ['what it says is read through its provider', 'data "docker_image" "x" {\n  name = "y"\n}'],
  ['so are the values that there is one for each of', 'resource "x" "y" {\n  for_each = toset(data.x.y.ids)\n}'],
  ['it is read through its provider, and its failure is only told', 'check "x" {\n  data "docker_image" "x" {\n    name = "y"\n  }\n  assert {\n    condition = data.docker_image.x.id != ""\n  }\n}'],
  ['hangs on configuration and state', 'moved {\n  from = x.a\n  to   = x.b\n}'],
  ['hangs on configuration and state', 'removed {\n  from = x.a\n}'],
  ['hangs on configuration and state', 'resource "terraform_data" "x" {\n  triggers_replace = var.x\n}'],
  ['its files are in the bundle, and searched as well', 'module "x" {\n  source = "../instance"\n}'],
  ['its providers read through it', 'terraform {\n  required_providers {\n    docker = { source = "kreuzwerker/docker" }\n  }\n}'],
];

/** All that tofu reads as configuration, and what is beside it. */
const files: [string, boolean, string][] = [
  ['main.tf', true, 'x = timestamp()'],
  ['main.tofu', true, 'x = timestamp()'],
  ['main_override.tf', true, 'x = timestamp()'],
  ['override.tofu', true, 'x = timestamp()'],
  ['inner/main.tf', true, 'x = timestamp()'],
  ['main.tf.json', true, '{"locals": {"x": "${time\\u0073tamp()}"}}'],
  ['main.tofu.json', true, '{"module": {"x": {"source": "example.org/a/b/c"}}}'],
  ['x.auto.tfvars', false, 'x = "timestamp()"'],
  ['terraform.tfvars.json', false, '{"x": "timestamp()"}'],
  ['main.tftest.hcl', false, 'x = timestamp()'],
  ['page.tpl', false, '${timestamp()}'],
  ['readme.md', false, 'timestamp()'],
];

t.test('what hangs on more than inputs and reads is always planned, however it is written', async (t) => {
  for (const [why, text] of planned) t.match(impurityOf(bundle(text)), why, text);
});

t.test('what is a function of inputs and reads is checked by reads', async (t) => {
  for (const [why, text] of byReads) t.equal(impurityOf(bundle(text)), undefined, `${why}: ${text}`);
  for (const name of ['instance', 'web-server', 'wordpress', 'network', 'volume']) t.equal(impurityOf(moduleBundle(name)), undefined, `docker/${name} of the catalogue`);
});

t.test('it is looked for in all files that tofu takes for configuration, and in no others', async (t) => {
  for (const [file, counts, text] of files) t.equal(impurityOf({ root: '.', files: { 'main.tf': 'locals {}', [file]: text } }) !== undefined, counts, file);
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
