import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  pinKey,
  serviceErrorStatus,
  ServiceRefusal,
  toProblem,
  verifyRegistration,
} from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packingKeys, type PackingKeys } from '../packager/keys.ts';
import { tone, wavFile } from '../packager/wav-file.ts';
import { type Captured, run, type RunOptions } from './captured-terminal.ts';

let folder: string;
let keys: PackingKeys;
let server: Server;
let url: string;
let received: { path: string | undefined; type: string | undefined; body: string }[];
let answer: (response: ServerResponse) => void;
/** What the service says before anything is packaged. */
let readiness: (response: ServerResponse) => void;
let held: object[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  keys = await packingKeys();
  await write('archive.pub', JSON.stringify(keys.archive.publicJwk));
  await write('archive.jwk', JSON.stringify(keys.archive.privateJwk));
  await write('packager.jwk', JSON.stringify(keys.packager.privateJwk));
  await write('packager.pub', JSON.stringify(keys.packager.publicJwk));
  await write('0701234567.wav', wavFile({ channels: [tone(5, 440), tone(5, 700)] }));
  await write('other.wav', wavFile({ channels: [tone(3, 440), tone(3, 700)] }));
  received = [];
  answer = response => response.writeHead(201).end('{}');
  readiness = response => response.writeHead(200).end('{}');
  held = [keys.archive.publicJwk];
  server = createServer((request, response) => void receive(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/service`;
});
afterEach(async () => {
  await new Promise(resolve => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.endsWith('/readyz')) return readiness(response);
  if (request.url?.endsWith('/jwks.json')) return void response.end(JSON.stringify({ keys: held }));
  received.push({ path: request.url, type: request.headers['content-type'], body: await text(request) });
  answer(response);
}

const at = (name: string): string => join(folder, name);
const write = (name: string, content: string | Uint8Array): Promise<void> => writeFile(at(name), content);
const storageArgs = (target: string): string[] => [
  '--to',
  at('storage'),
  '--register',
  target,
  '--tenant',
  'region-x',
];
const keyArgs = (): string[] => ['--archive-key', at('archive.pub'), '--packager-key', at('packager.jwk')];
const pack = (
  recordings: string[],
  more: string[] = [],
  target = url,
  options: RunOptions = {},
): Promise<Captured> =>
  run(['pack', ...recordings.map(at), ...storageArgs(target), ...keyArgs(), ...more], options);
const stored = (): Promise<string[]> => readdir(at('storage'), { recursive: true }).catch(() => []);

describe('pack', () => {
  test('packages, registers with the service and prints what it made', async () => {
    await write('details.json', '{"line":"1177"}');
    await write('call.vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Nurse>Hello.\n');
    const { exitCode, stdout, stderr } = await pack(
      ['0701234567.wav'],
      [
        '--channels',
        'caller,nurse',
        '--details',
        at('details.json'),
        '--transcript',
        at('call.vtt'),
        '--json',
      ],
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const result = JSON.parse(stdout) as { callId: string; packageId: string; durationSeconds: number };
    expect(received).toMatchObject([{ path: '/service/registrations', type: 'application/jose' }]);
    const { manifest } = await verifyRegistration(received[0]?.body ?? '', [pinKey(keys.packager.publicJwk)]);
    expect(manifest).toMatchObject({
      call: result.callId,
      packageId: result.packageId,
      tenant: 'region-x',
      rev: 1,
    });
    expect(manifest.tracks[0].channels).toEqual([{ role: 'caller' }, { role: 'nurse' }]);
    expect(manifest.tracks.map(({ name }) => name)).toEqual(['audio', 'peaks', 'transcript', 'details']);
    expect(await stored()).toContain(join(result.callId, result.packageId, 'audio.bin'));
    expect(result.durationSeconds).toBe(5);
  });

  test('several recordings go into one folder of registrations, which "register" sends', async () => {
    await mkdir(at('registrations'));
    const packed = await pack(['0701234567.wav', 'other.wav'], ['--json'], at('registrations'));
    expect(packed).toMatchObject({ exitCode: 0, stderr: '' });
    const ids = packed.stdout
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { packageId: string }).packageId);
    const files = await readdir(at('registrations'));
    expect(files.sort()).toEqual(ids.map(id => `${id}.jws`).sort());
    for (const file of files) expect((await stat(join(at('registrations'), file))).mode & 0o777).toBe(0o600);

    const sent = await run(['register', ...files.map(file => join(at('registrations'), file)), url]);
    expect(sent).toMatchObject({ exitCode: 0, stdout: 'Registered 2.\n' });
    expect(received).toHaveLength(2);
  });

  test('one that fails does not keep the others from being packed, and is not named', async () => {
    await write('0707654321.wav', 'not a recording');
    const { exitCode, stdout, stderr } = await pack(['0707654321.wav', 'other.wav'], ['--json']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^recording 1 of 2: The file is not a recording/);
    expect(stderr).not.toContain('0707654321');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(received).toHaveLength(1);
  });

  test('a refused registration is told in the service’s words and leaves no package', async () => {
    const refusal = new ServiceRefusal(
      'registration_conflict',
      'Another package holds this revision of the recording.',
    );
    answer = response =>
      response
        .writeHead(serviceErrorStatus[refusal.code], { 'content-type': 'application/problem+json' })
        .end(JSON.stringify(toProblem(refusal)));
    const { exitCode, stdout, stderr } = await pack(['other.wav']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(refusal.message);
    expect(await stored()).toEqual([]);
  });

  test('a connection that breaks once is tried again', async () => {
    let broken = 0;
    answer = response => {
      if ((broken += 1) === 1) response.destroy();
      else response.writeHead(201).end('{}');
    };
    expect(await pack(['other.wav'])).toMatchObject({ exitCode: 0 });
    expect(received.map(({ body }) => body)).toEqual([received[0]?.body, received[0]?.body]);
  });

  describe('before anything is packaged', () => {
    test('a service that cannot be reached is told', async () => {
      readiness = response => response.destroy();
      const { exitCode, stderr } = await pack(['other.wav']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('cannot be reached. Nothing was packaged; run it again, or give a file');
      expect(await stored()).toEqual([]);
    });

    test('so is one that is not ready', async () => {
      readiness = response => response.writeHead(503).end();
      const { exitCode, stderr } = await pack(['other.wav']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('not ready (status 503)');
      expect(await stored()).toEqual([]);
    });

    test('so is one that could not open what is sealed', async () => {
      held = [(await packingKeys()).archive.publicJwk];
      const { exitCode, stderr } = await pack(['other.wav']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('does not hold this archive key');
      expect(await stored()).toEqual([]);
      expect(received).toEqual([]);
    });
  });

  describe('a service that does not answer when the package is complete', () => {
    let before: string;
    beforeEach(async () => {
      before = process.cwd();
      await mkdir(at('work'));
      process.chdir(at('work'));
    });
    afterEach(() => process.chdir(before));

    test.each<[string, (response: ServerResponse) => void, string]>([
      ['breaks the connection', response => response.destroy(), 'did not answer.'],
      ['fails', response => response.writeHead(502).end('<html>secret</html>'), 'status 502.'],
    ])('%s: the package and its registration are kept', async (_, lose, words) => {
      answer = lose;
      const { exitCode, stdout, stderr } = await pack(['other.wav'], ['--json']);
      expect(exitCode).toBe(1);
      const { callId, packageId } = JSON.parse(stdout) as { callId: string; packageId: string };
      expect(stderr).toContain(words);
      expect(stderr).not.toContain('secret');
      expect(stderr).toContain(
        `The package is kept. Register it with: secure-call register ${packageId}.jws ${url}`,
      );
      expect(await stored()).toContain(join(callId, packageId, 'audio.bin'));
      expect(await readdir(at('work'))).toEqual([`${packageId}.jws`]);

      answer = response => response.writeHead(200).end('{}');
      expect(await run(['register', `${packageId}.jws`, url])).toMatchObject({ exitCode: 0 });
      expect(received.at(-1)?.body).toBe(received[0]?.body);
    });

    test('a registration that is kept anyway is not written twice', async () => {
      answer = response => response.destroy();
      const { stderr } = await pack(['other.wav'], ['--keep-registration', at('kept.jws')]);
      expect(stderr).toContain(`secure-call register ${at('kept.jws')} ${url}`);
      expect(await readFile(at('kept.jws'), 'utf8')).toBe(received[0]?.body);
      expect(await readdir(at('work'))).toEqual([]);
    });

    test('where the registration cannot be written either, nothing is left', async () => {
      answer = response => {
        rmSync(at('work'), { recursive: true, force: true });
        response.destroy();
      };
      const { exitCode, stdout } = await pack(['other.wav']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(
        (await readdir(at('storage'), { recursive: true })).filter(name => name.endsWith('.bin')),
      ).toEqual([]);
    });
  });

  describe('--keep-registration', () => {
    test('writes what is sent', async () => {
      const { exitCode, stdout } = await pack(['other.wav'], ['--keep-registration', at('kept.jws')]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`Registered with ${url}.`);
      expect(await readFile(at('kept.jws'), 'utf8')).toBe(received[0]?.body);
      expect((await stat(at('kept.jws'))).mode & 0o777).toBe(0o600);
    });

    test('never writes over a file', async () => {
      await write('kept.jws', 'precious');
      const { exitCode, stderr } = await pack(['other.wav'], ['--keep-registration', at('kept.jws')]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('exists already');
      expect(await readFile(at('kept.jws'), 'utf8')).toBe('precious');
      expect(received).toEqual([]);
    });

    test('keeps nothing of a registration that was refused', async () => {
      answer = response => response.writeHead(403).end();
      expect(await pack(['other.wav'], ['--keep-registration', at('kept.jws')])).toMatchObject({
        exitCode: 1,
      });
      await expect(stat(at('kept.jws'))).rejects.toThrow('ENOENT');
    });

    test('goes with a URL only', async () => {
      const more = ['--keep-registration', at('kept.jws')];
      expect(await pack(['other.wav'], more, at('call.jws'))).toMatchObject({ exitCode: 2 });
    });
  });

  test('a registration that goes to a file is said to', async () => {
    const { stdout } = await pack(['other.wav'], [], at('call.jws'));
    expect(stdout).toContain(
      `Registration written to ${at('call.jws')}; send it with "secure-call register".`,
    );
  });

  test.each(['keys.region.example', 'keys.region.example:8787', 'localhost:8787'])(
    '%s is taken for a URL without its scheme',
    async target => {
      const { exitCode, stderr } = await pack(['other.wav'], [], target);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('put https:// before it, or ./ for a file');
      expect(await stored()).toEqual([]);
    },
  );

  test('a file in a folder that is not there is refused before the work', async () => {
    const { exitCode, stderr } = await pack(['other.wav'], [], at('missing/call.jws'));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no such folder. A URL begins with https://.');
    expect(await stored()).toEqual([]);
  });

  test('a registration file that exists is kept, and no package is left', async () => {
    await write('call.jws', 'precious');
    const { exitCode, stderr } = await pack(['other.wav'], [], at('call.jws'));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('exists already');
    expect(await readFile(at('call.jws'), 'utf8')).toBe('precious');
    expect(await stored()).toEqual([]);
  });

  test('stopping it ends it with nothing left behind', async () => {
    const controller = new AbortController();
    controller.abort();
    const { exitCode, stderr } = await pack(['other.wav'], [], url, { signal: controller.signal });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('stopped');
    expect(await stored()).toEqual([]);
    expect(received).toEqual([]);
  });

  test('what a killed packager left the day before yesterday is removed', async () => {
    const leftover = join(at('storage'), `.partial-${'A'.repeat(22)}`);
    await mkdir(leftover, { recursive: true });
    await utimes(leftover, 0, 0);
    expect(await pack(['other.wav'])).toMatchObject({ exitCode: 0 });
    expect((await readdir(at('storage'))).filter(name => name.startsWith('.'))).toEqual([]);
  });

  test('progress is shown on a terminal only, and wiped away', async () => {
    const shown = await pack(['other.wav'], [], url, { isTTY: true });
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
    expect(await pack(recordings, more)).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await stored()).toEqual([]);
  });

  test('a file cannot take the registrations of two recordings', async () => {
    expect(await pack(['other.wav', '0701234567.wav'], [], at('call.jws'))).toMatchObject({ exitCode: 2 });
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
    await write('list.json', '[1]');
    const isFile = !['--call', '--rev', '--channels'].includes(option);
    const { exitCode, stderr } = await pack(['other.wav'], [option, isFile ? at(value) : value]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain(value);
    expect(await stored()).toEqual([]);
  });
});

describe('inspect', () => {
  test('shows what storage tells, and with the keys checks and opens everything', async () => {
    const { stdout } = await pack(['0701234567.wav'], ['--json'], at('call.jws'));
    const { callId, packageId } = JSON.parse(stdout) as { callId: string; packageId: string };
    const path = join(at('storage'), callId, packageId);

    const anonymous = await run(['inspect', path]);
    expect(anonymous).toMatchObject({ exitCode: 0, stderr: '' });
    expect(anonymous.stdout).toMatch(/audio\.bin +\d+ bytes {2}looks random/);
    expect(anonymous.stdout).not.toContain('region-x');

    const withKeys = [
      '--registration',
      at('call.jws'),
      '--packager-key',
      at('packager.pub'),
      '--archive-key',
      at('archive.jwk'),
    ];
    const opened = await run(['inspect', path, ...withKeys]);
    expect(opened.exitCode).toBe(0);
    expect(opened.stdout).toContain('tenant region-x, revision 1, 5.0 s, channels: left, right');
    expect(opened.stdout).toContain('Every slot has its registered hash and opens.');

    for (const above of [at('storage'), join(at('storage'), callId)]) {
      const unnamed = await run(['inspect', above]);
      expect(unnamed).toMatchObject({ exitCode: 1, stdout: '' });
      expect(unnamed.stderr).toContain('Name one package: storage/<call>/<package>.');
    }

    await rm(join(path, 'peaks.bin'));
    const damaged = await run(['inspect', path, ...withKeys, '--json']);
    expect(damaged.exitCode).toBe(1);
    expect(JSON.parse(damaged.stdout)).toMatchObject({ problems: [expect.stringContaining('peaks.bin')] });
  });

  test.each([
    ['no folder', []],
    ['two folders', ['a', 'b']],
    ['a key without a registration', ['a', '--archive-key', 'x']],
    ['a registration without the packager’s key', ['a', '--registration', 'x']],
  ])('%s is a usage error', async (_, args) => {
    expect(await run(['inspect', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('register', () => {
  test.each([
    ['no URL', ['call.jws']],
    ['no file', ['http://127.0.0.1:9/']],
    ['another scheme', ['call.jws', 'file:///tmp']],
  ])('%s is a usage error', async (_, args) => {
    expect(await run(['register', ...args])).toMatchObject({ exitCode: 2 });
  });

  test('a file that is not there is told without its name', async () => {
    const { exitCode, stderr } = await run(['register', at('0701234567.jws'), url]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('cannot be read');
    expect(stderr).not.toContain('0701234567');
  });

  test('a file that is something else is not sent', async () => {
    const { exitCode, stderr } = await run(['register', at('packager.jwk'), url]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('This is not a registration.');
    expect(received).toEqual([]);
  });
});
