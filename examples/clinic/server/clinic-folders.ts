import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

// Found by name: these files run from their sources in tests and from `dist` otherwise, one folder further down.
const clinicFolder = dirname(require.resolve('@secure-call/example-clinic/package.json'));

export const recordingsFolder: string = join(clinicFolder, 'recordings');
export const pageFolder: string = join(clinicFolder, 'page');
/** Where `npm start` keeps keys, database and packages. */
export const defaultDataFolder: string = join(clinicFolder, 'var');
/** The page that holds the isolated player, with all it needs, as it is served from an origin of its own. */
export const frameFolder: string = dirname(require.resolve('@secure-call/element/frame/frame.html'));
