// Run after `npm pack`: what was made for the package goes again, so that nothing old is ever run.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

for (const made of ['bundle', 'LICENSE', 'THIRD-PARTY.md']) rmSync(fileURLToPath(new URL(`../${made}`, import.meta.url)), { recursive: true, force: true });
