import { moduleLimits } from '@spawnit/contract';
import { createHash } from 'node:crypto';
import t from 'tap';
import { digestOf, makeBundle } from '../../src/modules/bundle.js';

const main = 'resource "terraform_data" "this" {}\n';

t.test('a digest is that of the canonical form, whatever the order of the files', async (t) => {
  const one = makeBundle('.', { 'main.tf': main, 'a/b.tf': 'ö' });
  const other = makeBundle('./', { 'a/b.tf': 'ö', 'main.tf': main });
  t.equal(digestOf(one), digestOf(other));
  t.same(Object.keys(one.files), ['a/b.tf', 'main.tf']);
  const expected = createHash('sha256').update(`root\0.\0a/b.tf\0${2}\0ömain.tf\0${main.length}\0${main}`).digest('hex');
  t.equal(digestOf(one), `sha256-${expected}`);
});

t.test('another root, name or content is another digest', async (t) => {
  const files = { 'main.tf': main, 'x/main.tf': main };
  const all = [makeBundle('.', files), makeBundle('x', files), makeBundle('.', { ...files, 'x/main.tf': main + '\n' }), makeBundle('.', { 'main.tf': main, 'y/main.tf': main })];
  t.equal(new Set(all.map(digestOf)).size, all.length);
});

const refused: [string, Record<string, string>, RegExp, string?][] = [
  ['a path that leads out', { 'main.tf': main, '../x.tf': main }, /\.\.\/x\.tf.*relative path/],
  ['an absolute path', { 'main.tf': main, '/etc/x.tf': main }, /relative path/],
  ['a root that leads out', { 'main.tf': main }, /root/, '../x'],
  ['nothing for tofu to run', { 'README.md': 'x' }, /no \.tf file in the top folder/],
  ['nothing for tofu to run in the root', { 'main.tf': main }, /no \.tf file in the root folder "web"/, 'web'],
  ['a file of too many bytes', { 'main.tf': main, 'big.md': 'x'.repeat(moduleLimits.fileBytes + 1) }, /larger than/],
  ['too many bytes in all', { 'main.tf': main, ...Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`${i}.md`, 'x'.repeat(200_000)])) }, /bytes, and at most/],
  ['too many files', { 'main.tf': main, ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.md`, ''])) }, /201 files/],
  ['bytes that are no text', { 'main.tf': main, 'x.sh': 'a\0b' }, /not text/],
  ['a file that is a folder too', { 'main.tf': main, 'a': '', 'a/b': '' }, /both a file and a folder/],
  ['a workdir', { 'main.tf': main, '.terraform/modules/modules.json': '{}' }, /leave \.terraform out/],
  ['a provisioner', { 'main.tf': 'resource "terraform_data" "x" {\n  provisioner "local-exec" {\n    command = "id"\n  }\n}' }, /provisioner/],
  ['a provisioner without quotes', { 'main.tf': 'resource "terraform_data" "x" {\n  provisioner local-exec {\n  }\n}' }, /provisioner/],
  ['a provisioner behind a comment', { 'main.tf': 'resource "terraform_data" "x" {\n /**/ provisioner /* " */ "remote-exec" {\n  }\n}' }, /provisioner/],
  ['an external data source', { 'main.tf': 'data "external" "x" {}' }, /external/],
  ['an external data source in disguise', { 'main.tf': 'data "\\u0065xternal" "x" {}' }, /external/],
  ['a backend of its own', { 'main.tf': 'terraform {\n  backend "local" {}\n}' }, /names a backend/],
  ['a module from elsewhere', { 'main.tf': 'module "x" {\n  source = "git::https://example.com/x"\n}' }, /module from elsewhere/],
  ['a provisioner in a line that only seems to be a comment', { 'main.tf': 'resource "terraform_data" "x" {\n/*\n# */ provisioner "local-exec" {\n    command = "id"\n  }\n}' }, /provisioner/],
  ['a backend in a line that only seems to be a comment', { 'main.tf': 'terraform {\n/*\n// */ backend "local" {}\n}' }, /names a backend/],
  ['a key provider, which may be a program', { 'main.tf': 'terraform {\n  encryption {\n    key_provider "external" "x" { command = ["id"] }\n  }\n}' }, /encrypts the state itself/],
  ['a module from elsewhere after a brace', { 'main.tf': 'module "x" {\n  providers = { docker = docker }\n  source = "git::https://example.com/x"\n}' }, /module from elsewhere/],
  ['a module whose source is worked out', { 'main.tf': 'locals { from = "git::https://example.com/x" }\nmodule "x" {\n  source = local.from\n}' }, /module from elsewhere/],
  ['a module whose folder is worked out', { 'main.tf': 'module "x" {\n  source = "./${var.x}"\n}' }, /module from elsewhere/],
  ['a module of the registry', { 'main.tf': 'module "x" {\n  source = "someone/thing/docker"\n}' }, /module from elsewhere/],
  ['a module outside of the bundle', { 'x/main.tf': 'module "x" {\n  source = "../../other"\n}' }, /module from elsewhere/, 'x'],
  ['a state', { 'main.tf': main, 'errored.tfstate': '{}' }, /the state is kept by SpawnIt/],
  ['tofu in JSON', { 'main.tf': main, 'more.tf.json': '{}' }, /write it as \.tf/],
];

for (const [what, files, message, root] of refused) {
  t.test(`a bundle with ${what} is refused, and says where`, async (t) => {
    t.throws(() => makeBundle(root ?? '.', files), { code: 'Invalid', message });
  });
}

t.test('no text makes the check of it slow', async (t) => {
  const texts = [`data ${'/**/'.repeat(60_000)}!`, 'module a {'.repeat(25_000), 'data /*'.repeat(35_000), `module a {\n${'source'.padEnd(250_000)}`, 'provisioner '.repeat(20_000), '\n'.repeat(250_000), `${' '.repeat(250_000)}# x`];
  for (const text of texts) {
    // Any of them, checked in more than linear time, outlives the test's time limit.
    try {
      t.ok(makeBundle('.', { 'main.tf': main, 'x.tf': text }));
    } catch (error) {
      t.match(error, { code: 'Invalid' });
    }
  }
});

t.test('what only speaks of such things is taken', async (t) => {
  const named = 'resource "docker_container" "backend" {\n  name = "provisioner"\n}\nresource "x" "module" {\n  source = "/srv"\n  encryption { key = "a/*" }\n}\ndata "external_thing" "x" {}';
  t.ok(makeBundle('.', { 'main.tf': named }));
  const text = ['# a provisioner "local-exec" would be refused', 'locals { external = 1 }', 'module "y" {', '  source = "../y"', '}', 'terraform {', '  required_providers { docker = { source = "kreuzwerker/docker" } }', '}'].join('\n');
  t.ok(makeBundle('x', { 'x/main.tf': text, 'y/main.tf': main }));
});
