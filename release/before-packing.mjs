// `prepack` of every package: refuses to pack what was not built, and puts licence and notices beside it. Apache-2.0
// section 4 asks that both go with every copy, and npm takes them from the package's own folder only.
import { copyFile, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const { name, exports } = JSON.parse(await readFile('package.json', 'utf8'));

/** Every file an address of the package leads to; addresses with a star stand for a folder. */
const targetsOf = entry => (typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(targetsOf));
const missing = targetsOf(exports)
  .map(target => target.replace(/\/\*$/, ''))
  .filter(target => !existsSync(target));
if (missing.length > 0) {
  console.error(`${name} lacks ${missing.join(', ')}. Build first: npm run build`);
  process.exit(1);
}
for (const file of ['LICENSE', 'NOTICE'])
  await copyFile(new URL(`../${file}`, import.meta.url), resolve(file));
