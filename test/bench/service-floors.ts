import { createCipheriv, createHmac, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What no lease can do without, on this machine now, in milliseconds of processor time and of the clock. */
export interface Floor {
  readonly what: string;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Measures what a lease of one window cannot avoid, each by itself. */
export function measureFloors(): Floor[] {
  return [
    { what: 'verify two ES256 signatures (proof, event)', ...verifying() },
    { what: 'derive and wrap the 7 keys of a window', ...wrapping() },
    { what: 'write 4 KiB to disk for good (fdatasync)', ...syncing() },
  ];
}

function verifying(): Omit<Floor, 'what'> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const data = randomBytes(600);
  const signature = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const how = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  return timed(1000, () => {
    for (let count = 0; count < 2; count += 1) verify('sha256', data, how, signature);
  });
}

function wrapping(): Omit<Floor, 'what'> {
  const [key, info] = [randomBytes(32), randomBytes(80)];
  return timed(1000, () => {
    for (let count = 0; count < 7; count += 1) {
      const cipher = createCipheriv('id-aes256-wrap', key, Buffer.alloc(8, 0xa6));
      cipher.update(createHmac('sha256', key).update(info).digest());
      cipher.final();
    }
  });
}

function syncing(): Omit<Floor, 'what'> {
  const folder = mkdtempSync(join(tmpdir(), 'secure-call-floor-'));
  const file = openSync(join(folder, 'data'), 'w');
  const page = randomBytes(4096);
  const took = timed(100, place => {
    writeSync(file, page, 0, page.length, place * page.length);
    fdatasyncSync(file);
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return took;
}

function timed(count: number, work: (place: number) => void): Omit<Floor, 'what'> {
  for (let place = 0; place < count / 4; place += 1) work(place);
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  for (let place = 0; place < count; place += 1) work(place);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpuMs: (user + system) / 1000 / count, wallMs: (performance.now() - startedAt) / count };
}
