import { fileURLToPath } from 'node:url';

export default {
  root: fileURLToPath(new URL('page', import.meta.url)),
  build: {
    outDir: fileURLToPath(new URL('dist/page', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // The page's policy allows no `data:` addresses.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
};
