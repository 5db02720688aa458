import react from '@vitejs/plugin-react';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Smaller ones gain nothing. */
const worthBytes = 1_024;

/** Puts a `.gz` beside what is asked for by name: the server compresses nothing itself. Not `.br`: browsers take that by TLS only, and it takes long. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        const source = Buffer.from(file.type === 'chunk' ? file.code : file.source);
        if (source.length < worthBytes || !/\.(js|css|svg)$/.test(file.fileName)) continue;
        this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source: gzipSync(source, { level: 9 }) });
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
