import { runBuilt } from '../runs/built.js';
import { optionsOrExit } from '../runs/options.js';
import { ensureTools } from '../tools/ensure.js';

/** `npm run screenshots`: writes a picture of each page of the dashboard, made by a real star, to docs/screenshots. */
export async function main(args: string[]): Promise<number> {
  optionsOrExit({ name: 'screenshots', about: 'Writes a picture of each page of the dashboard, made by a real star, to docs/screenshots.', options: {} }, args);
  await ensureTools(['opentofu', 'docker-provider', 'docker-engine', 'hello-image', 'chromium']);
  return runBuilt('test/dist/dashboard/screenshots-main.js');
}
