import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

/** Modules of this folder that a result depends on. */
const MEASURING = [
  'attacks',
  'corpus',
  'filters',
  'fourier',
  'recorded-prompts',
  'room',
  'seeded-random',
  'sound',
  'trials',
  'voices',
];

/** A hash of all code that results depend on, so that a change of it makes the old ones void. */
export async function fingerprint(): Promise<string> {
  const packaged = new URL('./', import.meta.resolve('@secure-call/watermark'));
  const names = (await readdir(packaged, { recursive: true })).filter(name => name.endsWith('.js')).sort();
  const files = [
    ...names.map(name => new URL(name, packaged)),
    ...MEASURING.map(name => new URL(`./${name}.js`, import.meta.url)),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}
