import { mkdir, readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pinKey, verifyRegistration } from '@secure-call/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './captured-terminal.ts';
import { PackingDesk } from './packing-desk.ts';

let desk: PackingDesk;
beforeEach(async () => {
  desk = await PackingDesk.open();
});
afterEach(() => desk.close());

test('packages, registers with the service and prints what it made', async () => {
  await desk.write('details.json', '{"line":"1177"}');
  await desk.write('call.vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Nurse>Hello.\n');
  const { exitCode, stdout, stderr } = await desk.pack(
    ['0701234567.wav'],
    [
      '--channels',
      'caller,nurse',
      '--details',
      desk.at('details.json'),
      '--transcript',
      desk.at('call.vtt'),
      '--json',
    ],
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const result = JSON.parse(stdout) as { callId: string; packageId: string; durationSeconds: number };
  expect(desk.received).toMatchObject([{ path: '/service/registrations', type: 'application/jose' }]);
  const { manifest } = await verifyRegistration(desk.received[0]?.body ?? '', [
    pinKey(desk.keys.packager.publicJwk),
  ]);
  expect(manifest).toMatchObject({
    call: result.callId,
    packageId: result.packageId,
    tenant: 'region-x',
    rev: 1,
  });
  expect(manifest.tracks[0].channels).toEqual([{ role: 'caller' }, { role: 'nurse' }]);
  expect(manifest.tracks.map(({ name }) => name)).toEqual(['audio', 'peaks', 'transcript', 'details']);
  expect(await desk.stored()).toContain(join(result.callId, result.packageId, 'audio.bin'));
  expect(result.durationSeconds).toBe(5);
});

test('several recordings go into one folder of registrations, which "register" sends', async () => {
  await mkdir(desk.at('registrations'));
  const packed = await desk.pack(['0701234567.wav', 'other.wav'], ['--json'], desk.at('registrations'));
  expect(packed).toMatchObject({ exitCode: 0, stderr: '' });
  const ids = packed.stdout
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { packageId: string }).packageId);
  const files = await readdir(desk.at('registrations'));
  expect(files.sort()).toEqual(ids.map(id => `${id}.jws`).sort());
  for (const file of files)
    expect((await stat(join(desk.at('registrations'), file))).mode & 0o777).toBe(0o600);

  const sent = await run(['register', ...files.map(file => join(desk.at('registrations'), file)), desk.url]);
  expect(sent).toMatchObject({ exitCode: 0, stdout: 'Registered 2.\n' });
  expect(desk.received).toHaveLength(2);
});

test('one that fails does not keep the others from being packed, and is not named', async () => {
  await desk.write('0707654321.wav', 'not a recording');
  const { exitCode, stdout, stderr } = await desk.pack(['0707654321.wav', 'other.wav'], ['--json']);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^recording 1 of 2: The file is not a recording/);
  expect(stderr).not.toContain('0707654321');
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(desk.received).toHaveLength(1);
});

test('stopping it ends it with nothing left behind', async () => {
  const controller = new AbortController();
  controller.abort();
  const { exitCode, stderr } = await desk.pack(['other.wav'], [], desk.url, { signal: controller.signal });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('stopped');
  expect(await desk.stored()).toEqual([]);
  expect(desk.received).toEqual([]);
});

test('what a killed packager left the day before yesterday is removed', async () => {
  const leftover = join(desk.at('storage'), `.partial-${'A'.repeat(22)}`);
  await mkdir(leftover, { recursive: true });
  await utimes(leftover, 0, 0);
  expect(await desk.pack(['other.wav'])).toMatchObject({ exitCode: 0 });
  expect((await readdir(desk.at('storage'))).filter(name => name.startsWith('.'))).toEqual([]);
});

test('progress is shown on a terminal only, and wiped away', async () => {
  const shown = await desk.pack(['other.wav'], [], desk.url, { isTTY: true });
  expect(shown.stderr).toContain('recording 1 of 1: 100 %');
  expect(shown.stderr.endsWith('\r\x1b[K')).toBe(true);
});

test.each<[string, string[], string[]]>([
  ['no recording', [], []],
  ['a transcript for two recordings', ['other.wav', '0701234567.wav'], ['--transcript', 'x.vtt']],
  ['an unknown option', ['other.wav'], ['--publish']],
  ['an unknown decoder', ['other.wav'], ['--decoder', 'sox']],
  ['three variants', ['other.wav'], ['--variants', '3']],
])('%s is a usage error', async (_, recordings, more) => {
  expect(await desk.pack(recordings, more)).toMatchObject({ exitCode: 2, stdout: '' });
  expect(await desk.stored()).toEqual([]);
});

test('a file cannot take the registrations of two recordings', async () => {
  expect(await desk.pack(['other.wav', '0701234567.wav'], [], desk.at('call.jws'))).toMatchObject({
    exitCode: 2,
  });
});

test.each<[string, string, string, RegExp]>([
  [
    'a private archive key where nothing but a signing key is',
    '--archive-key',
    'packager.jwk',
    /not an archive key/,
  ],
  ['the private half of the archive key', '--archive-key', 'archive.jwk', /the private half; only its/],
  ['the public half for signing', '--packager-key', 'packager.pub', /private half is needed/],
  ['a key file that is not there', '--packager-key', 'none.jwk', /cannot be read/],
  ['a key file that is no key', '--packager-key', 'other.wav', /not a JWK/],
  ['details that are a list', '--details', 'list.json', /not a JSON object/],
  ['a call id that is none', '--call', '0701234567', /call id is not valid/],
  ['one role for two channels', '--channels', 'caller-7', /has 2 channels; name 2, e\.g\. caller,nurse\./],
  ['a revision that is no number', '--rev', 'two', /counts from 1/],
])('%s is refused without quoting it', async (_, option, value, message) => {
  await desk.write('list.json', '[1]');
  const isFile = !['--call', '--rev', '--channels'].includes(option);
  const { exitCode, stderr } = await desk.pack(['other.wav'], [option, isFile ? desk.at(value) : value]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain(value);
  expect(await desk.stored()).toEqual([]);
});
