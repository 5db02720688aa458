import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Smaller ones gain nothing. */
const worthBytes = 1_024;

/**
 * Puts a `.gz` beside what is asked for by name: the server compresses nothing itself. Of the files as they are written: what
 * is in the bundle before that still gets the names of other files put in. Not `.br`: browsers take that by TLS only, and it takes long.
 */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }) {
      const assets = join(dir, 'assets');
      for (const name of readdirSync(assets).filter((each) => /\.(js|css|svg)$/.test(each))) {
        const source = readFileSync(join(assets, name));
        if (source.length >= worthBytes) writeFileSync(join(assets, `${name}.gz`), gzipSync(source, { level: 9 }));
      }
    },
  };
}

// Served by the apiserver under /ui; what is built carries its content's hash in its name.
export default defineConfig({
  base: '/ui/',
  plugins: [react(), compressed()],
  // tests of other workspaces bring an older React.
  resolve: { dedupe: ['react', 'react-dom'] },
  html: { cspNonce: '__CSP_NONCE__' },
  build: { outDir: 'dist/ui', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
