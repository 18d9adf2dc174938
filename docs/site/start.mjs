// `npm run docs`: builds the site, serves it, and builds it anew when a document changes.
import { watch } from 'node:fs';
import { buildSite } from './build-site.mjs';
import { inRepository } from './places.mjs';
import { serveSite } from './serve-site.mjs';

await buildSite();
const { url } = await serveSite(Number(process.env.PORT ?? 8080));
console.log(`The documents: ${url}`);

let building = Promise.resolve();
const rebuild = (_event, name) => {
  if (!name?.endsWith('.md')) return;
  building = building.then(buildSite).catch(error => console.error(error.message));
};
watch(inRepository('docs'), rebuild);
watch(inRepository('.'), rebuild);
