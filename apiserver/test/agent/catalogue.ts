import { tempDir, type Teardown } from '@spawnit/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const mainTf = `
variable "text" {
  type = string
}
variable "env" {
  type      = map(string)
  default   = {}
  sensitive = true
}
variable "token" {
  type      = string
  default   = null
  sensitive = true
}
resource "terraform_data" "note" {
  count = 3
  input = "\${var.text}-\${count.index}"
}
module "stamp" {
  source = "../stamp"
  text   = var.text
}
output "text" {
  value = var.text
}
output "token" {
  value     = var.token
  sensitive = true
}
`;

const stampTf = `
variable "text" {
  type = string
}
resource "terraform_data" "stamp" {
  input = var.text
}
`;

const template = `
apiVersion: spawnit.dev/v1
kind: Template
metadata:
  name: note
spec:
  title: Note
  category: Tests
  description: Keeps a text in a state.
  icon: icon.svg
  provider: terraform
  binding: Remote
  module: notes/note
  parameters:
    type: object
    additionalProperties: false
    properties:
      text: { type: string, title: Text, default: hello }
      token: { type: string, title: Token, writeOnly: true }
      env: { type: object, title: Environment, writeOnly: true, maxProperties: 3, additionalProperties: { type: string } }
  outputs:
    text: { title: Text }
    token: { title: Token, sensitive: true }
`;

/** A catalogue of one entry that needs nothing but tofu itself. */
export function noteCatalogue(t: Teardown): string {
  const dir = tempDir(t);
  for (const folder of ['notes/note', 'notes/stamp']) mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, 'notes/note/main.tf'), mainTf);
  writeFileSync(join(dir, 'notes/note/template.yaml'), template);
  writeFileSync(join(dir, 'notes/note/icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(dir, 'notes/stamp/main.tf'), stampTf);
  return dir;
}
