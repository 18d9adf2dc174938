import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TraceReport } from '@secure-call/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasProgram } from '../../support/has-program.ts';
import { COPY_HZ, LeakedCall, wavOf } from '../../support/leaked-call.ts';
import { nurseCall, phoneCall } from '../../support/recordings.ts';
import { PUBLIC_URL, TENANT } from '../server/service-options.ts';
import { TestService } from '../server/test-service.ts';
import { run } from './captured-terminal.ts';

let service: TestService;
let leaked: LeakedCall;
let config: string;

/** What "serve" runs with, beside the database of a service that goes on running. */
async function configure(changes: object = {}): Promise<string> {
  const { folder, keys } = service;
  await writeFile(join(folder, 'service.jwk'), JSON.stringify(keys.service.privateJwk));
  await writeFile(join(folder, 'archive.jwk'), JSON.stringify(keys.archive.privateJwk));
  const tenant = { id: TENANT, storageBase: 'https://storage.example', packagers: [], issuers: [] };
  const path = join(folder, 'service.json');
  const content = {
    publicUrl: PUBLIC_URL,
    database: 'service.db',
    serviceKey: 'service.jwk',
    archiveKeys: ['archive.jwk'],
    tenants: [tenant],
    ...changes,
  };
  await writeFile(path, JSON.stringify(content));
  return path;
}

async function leak(name: string, samples: Float32Array): Promise<string> {
  const folder = join(service.folder, 'leaks');
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await writeFile(path, wavOf(samples));
  return path;
}

beforeAll(async () => {
  service = await TestService.start();
  leaked = await LeakedCall.make(service, nurseCall.path, 20);
  config = await configure();
}, 120_000);
afterAll(async () => {
  await leaked.remove();
  await service.stop();
});

describe.runIf(hasProgram('ffmpeg'))('sound of a copy', () => {
  test('names its listener in words, shows how far it is, and exits with 0', async () => {
    const copy = await leaked.copy(leaked.codeOf('nurse-7'));
    const file = await leak('a leak.wav', copy.subarray(20 * COPY_HZ, 110 * COPY_HZ));
    const { exitCode, stdout, stderr } = await run(['trace', file, '--config', config], { isTTY: true });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/a leak\.wav, 1:30: from 0:(19|20) of recording/);
    expect(stdout).toMatch(/Anna Lind \(nurse-7\), Advice line/);
    expect(stdout).toMatch(/ of 4\d are this person's/);
    expect(stdout).toMatch(/by chance +one in [a-z\d ]*(thousand|million) million at most/);
    expect(stdout).not.toMatch(/nurse-(?!7\b)/);
    expect(stderr).toMatch(/looking for the recording: \d+ %/);
  }, 120_000);

  test('too short a piece names nobody: exit code 1, the report as JSON', async () => {
    const copy = await leaked.copy(leaked.codeOf('nurse-7'));
    const file = await leak('short.wav', copy.subarray(20 * COPY_HZ, 40 * COPY_HZ));
    const call = leaked.pack.callId;
    const { exitCode, stdout, stderr } = await run([
      'trace',
      file,
      '--config',
      config,
      '--call',
      call,
      '--json',
    ]);
    expect(exitCode).toBe(1);
    const report = JSON.parse(stdout) as TraceReport;
    expect(report).toMatchObject({ found: false, clips: [{ name: 'short.wav', seconds: 20 }] });
    expect(report.summary).toMatch(/^No mark found/);
    expect(stderr).toBe('');
  }, 120_000);
});

test('sound without a mark: "no mark found", exit code 1', async () => {
  const { exitCode, stdout } = await run(['trace', phoneCall.path, '--config', config]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/No mark found/);
  expect(stdout).not.toMatch(/nurse-\d/);
}, 180_000);

describe('exit code 2', () => {
  test.each([
    ['no file', () => ['--config', config], /Name at least one file/],
    ['no configuration', () => ['leak.wav'], /--config FILE is needed/],
    ['a file that is not there', () => ['nothing.wav', '--config', config], /cannot be opened/],
    ['a tenant that is not there', () => ['x.wav', '--tenant', 'none', '--config', config], /no such tenant/],
  ])('%s', async (_, args, words) => {
    const { exitCode, stderr } = await run(['trace', ...args()]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(words);
  });

  test('a call that is not there, and a database that is not', async () => {
    const file = await leak('quiet.wav', new Float32Array(5 * COPY_HZ));
    const unknown = await run(['trace', file, '--config', config, '--call', 'none']);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/no such recording/);
    const missing = await run(['trace', file, '--config', await configure({ database: 'missing.db' })]);
    expect(missing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(missing.stderr).toMatch(/database: there is no such file/);
  });
});
