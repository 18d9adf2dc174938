import { fileURLToPath } from 'node:url';

/** Path of something in the repository, such as `docs/grants.md`. */
export const inRepository = path => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Path of something in the built site, such as `grants.html`. */
export const inSite = path => fileURLToPath(new URL(`dist/${path}`, import.meta.url));
