import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Bundles `service-child.ts` as a program.
 * @param name - of a folder under `test/var`: inside the repository, so that the bundle finds the same node_modules
 * @returns path of the program
 */
export async function bundleService(name: string): Promise<string> {
  const resolve = { conditions: ['@secure-call/source'] };
  const outDir = fileURLToPath(new URL(`../../var/${name}/`, import.meta.url));
  await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    resolve,
    ssr: { resolve },
    build: { ssr: 'service-child.ts', outDir, emptyOutDir: true, target: 'node20' },
  });
  return join(outDir, 'service-child.js');
}
