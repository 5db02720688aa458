import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureTools } from './ensure.js';
import { optionsOrExit } from './runs/options.js';
import { checkout } from './star/programs.js';

/** `npm run screenshots`: writes a picture of each page of the dashboard, made by a real star, to docs/screenshots. */
export async function main(args: string[]): Promise<number> {
  optionsOrExit({ name: 'screenshots', about: 'Writes a picture of each page of the dashboard, made by a real star, to docs/screenshots.', options: {} }, args);
  await ensureTools(['opentofu', 'docker-provider', 'docker-engine', 'hello-image', 'chromium']);
  const runner = join(checkout, 'test', 'dist', 'dashboard', 'screenshots-main.js');
  return spawnSync(process.execPath, ['--enable-source-maps', runner], { stdio: 'inherit' }).status ?? 1;
}
