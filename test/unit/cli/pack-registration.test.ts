import { rmSync } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  generateKey,
  openSealedKey,
  pinKey,
  serviceErrorStatus,
  ServiceRefusal,
  toProblem,
  verifyRegistration,
} from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packingKeys } from '../packager/keys.ts';
import { run } from './captured-terminal.ts';
import { PackingDesk } from './packing-desk.ts';

let desk: PackingDesk;
beforeEach(async () => {
  desk = await PackingDesk.open();
});
afterEach(() => desk.close());

test('a refused registration is told in the service’s words and leaves no package', async () => {
  const refusal = new ServiceRefusal(
    'registration_conflict',
    'Another package holds this revision of the recording.',
  );
  desk.answer = response =>
    response
      .writeHead(serviceErrorStatus[refusal.code], { 'content-type': 'application/problem+json' })
      .end(JSON.stringify(toProblem(refusal)));
  const { exitCode, stdout, stderr } = await desk.pack(['other.wav']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(refusal.message);
  expect(await desk.stored()).toEqual([]);
});

test('a connection that breaks once is tried again', async () => {
  let broken = 0;
  desk.answer = response => {
    if ((broken += 1) === 1) response.destroy();
    else response.writeHead(201).end('{}');
  };
  expect(await desk.pack(['other.wav'])).toMatchObject({ exitCode: 0 });
  expect(desk.received.map(({ body }) => body)).toEqual([desk.received[0]?.body, desk.received[0]?.body]);
});

describe('before anything is packaged', () => {
  test('a service that cannot be reached is told', async () => {
    desk.readiness = response => response.destroy();
    const { exitCode, stderr } = await desk.pack(['other.wav']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('cannot be reached. Nothing was packaged; run it again, or give a file');
    expect(await desk.stored()).toEqual([]);
  });

  test('so is one that is not ready', async () => {
    desk.readiness = response => response.writeHead(503).end();
    const { exitCode, stderr } = await desk.pack(['other.wav']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('not ready (status 503)');
    expect(await desk.stored()).toEqual([]);
  });

  test('so is one that could not open what is sealed', async () => {
    desk.held = [(await packingKeys()).archive.publicJwk];
    const { exitCode, stderr } = await desk.pack(['other.wav']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('does not hold this archive key');
    expect(await desk.stored()).toEqual([]);
    expect(desk.received).toEqual([]);
  });
});

describe('a service that does not answer when the package is complete', () => {
  let before: string;
  beforeEach(async () => {
    before = process.cwd();
    await mkdir(desk.at('work'));
    process.chdir(desk.at('work'));
  });
  afterEach(() => process.chdir(before));

  test.each<[string, (response: ServerResponse) => void, string]>([
    ['breaks the connection', response => response.destroy(), 'did not answer.'],
    ['fails', response => response.writeHead(502).end('<html>secret</html>'), 'status 502.'],
  ])('%s: the package and its registration are kept', async (_, lose, words) => {
    desk.answer = lose;
    const { exitCode, stdout, stderr } = await desk.pack(['other.wav'], ['--json']);
    expect(exitCode).toBe(1);
    const { callId, packageId } = JSON.parse(stdout) as { callId: string; packageId: string };
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('secret');
    expect(stderr).toContain(
      `The package is kept. Register it with: secure-call register ${packageId}.jws ${desk.url}`,
    );
    expect(await desk.stored()).toContain(join(callId, packageId, 'audio.bin'));
    expect(await readdir(desk.at('work'))).toEqual([`${packageId}.jws`]);

    desk.answer = response => response.writeHead(200).end('{}');
    expect(await run(['register', `${packageId}.jws`, desk.url])).toMatchObject({ exitCode: 0 });
    expect(desk.received.at(-1)?.body).toBe(desk.received[0]?.body);
  });

  test('a registration that is kept anyway is not written twice', async () => {
    desk.answer = response => response.destroy();
    const { stderr } = await desk.pack(['other.wav'], ['--keep-registration', desk.at('kept.jws')]);
    expect(stderr).toContain(`secure-call register ${desk.at('kept.jws')} ${desk.url}`);
    expect(await readFile(desk.at('kept.jws'), 'utf8')).toBe(desk.received[0]?.body);
    expect(await readdir(desk.at('work'))).toEqual([]);
  });

  test('where the registration cannot be written either, nothing is left', async () => {
    desk.answer = response => {
      rmSync(desk.at('work'), { recursive: true, force: true });
      response.destroy();
    };
    const { exitCode, stdout } = await desk.pack(['other.wav']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(
      (await readdir(desk.at('storage'), { recursive: true })).filter(name => name.endsWith('.bin')),
    ).toEqual([]);
  });
});

describe('--keep-registration', () => {
  test('writes what is sent', async () => {
    const { exitCode, stdout } = await desk.pack(['other.wav'], ['--keep-registration', desk.at('kept.jws')]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Registered with ${desk.url}.`);
    expect(await readFile(desk.at('kept.jws'), 'utf8')).toBe(desk.received[0]?.body);
    expect((await stat(desk.at('kept.jws'))).mode & 0o777).toBe(0o600);
  });

  test('never writes over a file', async () => {
    await desk.write('kept.jws', 'precious');
    const { exitCode, stderr } = await desk.pack(['other.wav'], ['--keep-registration', desk.at('kept.jws')]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('exists already');
    expect(await readFile(desk.at('kept.jws'), 'utf8')).toBe('precious');
    expect(desk.received).toEqual([]);
  });

  test('keeps nothing of a registration that was refused', async () => {
    desk.answer = response => response.writeHead(403).end();
    expect(await desk.pack(['other.wav'], ['--keep-registration', desk.at('kept.jws')])).toMatchObject({
      exitCode: 1,
    });
    await expect(stat(desk.at('kept.jws'))).rejects.toThrow('ENOENT');
  });

  test('goes with a URL only', async () => {
    const more = ['--keep-registration', desk.at('kept.jws')];
    expect(await desk.pack(['other.wav'], more, desk.at('call.jws'))).toMatchObject({ exitCode: 2 });
  });
});

test('a registration that goes to a file is said to', async () => {
  const { stdout } = await desk.pack(['other.wav'], [], desk.at('call.jws'));
  expect(stdout).toContain(
    `Registration written to ${desk.at('call.jws')}; send it with "secure-call register".`,
  );
});

test.each(['keys.region.example', 'keys.region.example:8787', 'localhost:8787'])(
  '%s is taken for a URL without its scheme',
  async target => {
    const { exitCode, stderr } = await desk.pack(['other.wav'], [], target);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('put https:// before it, or ./ for a file');
    expect(await desk.stored()).toEqual([]);
  },
);

test('a file in a folder that is not there is refused before the work', async () => {
  const { exitCode, stderr } = await desk.pack(['other.wav'], [], desk.at('missing/call.jws'));
  expect(exitCode).toBe(1);
  expect(stderr).toContain('there is no such folder. A URL begins with https://.');
  expect(await desk.stored()).toEqual([]);
});

test('a registration file that exists is kept, and no package is left', async () => {
  await desk.write('call.jws', 'precious');
  const { exitCode, stderr } = await desk.pack(['other.wav'], [], desk.at('call.jws'));
  expect(exitCode).toBe(1);
  expect(stderr).toContain('exists already');
  expect(await readFile(desk.at('call.jws'), 'utf8')).toBe('precious');
  expect(await desk.stored()).toEqual([]);
});

test('what is packaged for two archive keys, one of them RSA, opens with either', async () => {
  const rsa = await generateKey('archive', 'RSA-OAEP-256');
  await desk.write('kms.pub', JSON.stringify(rsa.publicJwk));
  const packed = await desk.pack(['other.wav'], ['--archive-key', desk.at('kms.pub')]);
  expect(packed).toMatchObject({ exitCode: 0, stderr: '' });
  const { registration } = await verifyRegistration(desk.received[0]?.body ?? '', [
    pinKey(desk.keys.packager.publicJwk),
  ]);
  for (const sealed of [registration.jwe, registration.seedJwe]) {
    const [one, other] = await Promise.all(
      [desk.keys.archive, rsa].map(({ privateJwk }) => openSealedKey(sealed, registration, privateJwk)),
    );
    expect(one).toHaveLength(32);
    expect(one).toEqual(other);
  }
});
