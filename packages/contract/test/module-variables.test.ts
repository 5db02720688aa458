import t from 'tap';
import { defaultsOf, moduleVariables, secretParameters, type ParameterSchema } from '../src/index.js';

const who = { cluster: 'c', namespace: 'acme', service: 'shop', uid: 'u', host: '10.0.0.1' };
const files = { 'a/main.tf': 'variable "spawnit" {', 'b/main.tf': '', 'b/deep/x.tf': '  variable "spawnit" {' };
const schema = { type: 'object', properties: { image: { type: 'string', default: 'nginx' }, off: { type: 'boolean', default: false }, port: { type: 'integer' }, password: { type: 'string', writeOnly: true }, nested: { type: 'object', properties: { key: { writeOnly: true } } } } } as unknown as ParameterSchema;

t.test('a module that asks whom it is for is told; one that asks only in another folder is not', async (t) => {
  const spawnit = { ...who, network: 'spawnit-acme' };
  t.strictSame(moduleVariables({ port: 80 }, { root: 'a', files }, who), { port: 80, spawnit });
  t.strictSame(moduleVariables({ port: 80 }, { root: '.', files: { 'main.tf': '  variable "spawnit" {' } }, who), { port: 80, spawnit });
  t.strictSame(moduleVariables({}, { root: '.', files: { 'main.tf': '', 'main.tofu': 'variable "spawnit" {' } }, who), { spawnit }, 'whichever of tofu\'s files it is in');
  t.strictSame(moduleVariables({ port: 80 }, { root: 'b', files }, who), { port: 80 });
  t.strictSame(moduleVariables({ port: 80 }, { root: '.', files }, who), { port: 80 });
});

t.test('defaults are those that a template gives, false too, and secrets are found at any depth', async (t) => {
  t.strictSame(defaultsOf(schema), { image: 'nginx', off: false });
  t.strictSame(secretParameters(schema), ['password', 'nested']);
  t.strictSame(secretParameters(undefined), []);
});
