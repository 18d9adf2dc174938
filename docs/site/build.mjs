// `npm run docs:build`: the site into docs/site/dist.
import { buildSite } from './build-site.mjs';

await buildSite();
