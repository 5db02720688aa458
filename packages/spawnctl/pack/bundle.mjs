// Run by `npm pack`: the command with all that it imports, in a few files, so that the package needs no other.
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(here, 'bundle');
rmSync(out, { recursive: true, force: true });

const bundle = await rolldown({ input: { main: join(here, 'dist', 'src', 'main.js') }, platform: 'node', logLevel: 'warn' });
// main.js looks for package.json two folders above itself, as it does in dist.
const { output } = await bundle.write({ dir: join(out, 'src'), format: 'esm', minify: false, chunkFileNames: '[name]-[hash].js' });
await bundle.close();

copyFileSync(join(here, '..', '..', 'LICENSE'), join(here, 'LICENSE'));
writeFileSync(join(here, 'THIRD-PARTY.md'), thirdParty(output.flatMap((chunk) => chunk.moduleIds ?? [])));

/** The licences of what was taken in ask to be passed on. */
function thirdParty(modules) {
  const folders = new Set(modules.map((id) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1]).filter(Boolean));
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    return `## ${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`;
  });
  return `# What spawnctl is made of besides its own code\n\n${parts.join('\n')}`;
}
