import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Ears } from '../e2e/page/ears.ts';

declare global {
  interface Window {
    /** There where a test has the script of `bundleEars` run first. */
    ears: Ears;
  }
}

/** What the page has to serve at the address that `bundleEars` was given. */
export const earsWorklet: URL = new URL('../e2e/page/sound-tap.worklet.js', import.meta.url);

/** A script that makes `window.ears`, to be run before the page's own. */
export async function bundleEars(workletUrl: string): Promise<string> {
  const bundles = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('../e2e/page/ears.ts', import.meta.url)),
        formats: ['iife'],
        name: 'pageEars',
      },
    },
  });
  const [chunk] = [bundles].flat().flatMap(bundle => ('output' in bundle ? bundle.output : []));
  if (chunk?.type !== 'chunk') throw new Error('The ears were not bundled.');
  return `${chunk.code}; window.ears = pageEars.installEars(${JSON.stringify(workletUrl)});`;
}
