import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Served by the apiserver under /ui; what is built carries its content's hash in its name.
export default defineConfig({
  base: '/ui/',
  plugins: [react()],
  // tests of other workspaces bring an older React.
  resolve: { dedupe: ['react', 'react-dom'] },
  html: { cspNonce: '__CSP_NONCE__' },
  build: { outDir: 'dist/ui', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
