/**
 * Writes the project's own vectors: `node test/vectors/make.mjs`. Files that exist are left alone: ECDSA signs with
 * fresh randomness, so a token made anew differs while everything else comes out the same. Remove a file to remake it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { manifests, registrations, segments, slots } from './maker/package-vectors.mjs';
import { keySets, publishedManifests } from './maker/simple-vectors.mjs';
import { accessEvents, auditRecords, grants, leases, proofs } from './maker/session-vectors.mjs';
import { segmentChips, watermarkTiles } from './maker/watermark-vectors.mjs';

const place = name => new URL(name, import.meta.url);

function write(name, make) {
  if (!existsSync(place(name))) writeFileSync(place(name), `${JSON.stringify(make(), null, 2)}\n`);
}

write('segment.json', segments);
write('slot.json', slots);
write('manifest.json', manifests);
write('registration.json', registrations);
write('lease.json', leases);
write('grant.json', grants);
write('proof.json', () => proofs(JSON.parse(readFileSync(place('grant.json'), 'utf8')).jws));
write('access-event.json', accessEvents);
write('audit-record.json', auditRecords);
write('key-set.json', keySets);
write('published-manifest.json', publishedManifests);
write('watermark-tiles.json', watermarkTiles);
write('segment-chips.json', segmentChips);
