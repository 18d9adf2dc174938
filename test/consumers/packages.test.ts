import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, test } from 'vitest';
import { packageNames } from './installed-packages.ts';

const installed = inject('installedPackages');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const folderOf = (name: string): string => join(installed, 'node_modules/@secure-call', name);
const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8')) as Manifest;

function tarballOf(name: string): ArrayBuffer {
  const file = readdirSync(join(installed, 'tarballs')).find(entry =>
    entry.startsWith(`secure-call-${name}-`),
  );
  return new Uint8Array(readFileSync(join(installed, 'tarballs', file ?? ''))).buffer;
}

describe.each(packageNames)('@secure-call/%s', name => {
  test('publint finds nothing, suggestions included', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: tarballOf(name) }, strict: true });
    expect(messages.map(message => formatMessage(message, pkg))).toEqual([]);
  });

  test('its types are those of its code, for every address and every way of resolving that ESM has', async () => {
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(tarballOf(name))));
    if (!checked.types) throw new Error('It has no types.');
    // The profile `esm-only`: neither Node 10 nor require() is served.
    const problems = checked.problems.filter(
      problem => !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
    );
    expect(problems).toEqual([]);
    expect(Object.keys(checked.entrypoints).length).toBe(Object.keys(manifestOf(name).exports).length);
  });

  test('it carries licence, notices, a description for readers, and its changes', () => {
    const files = readdirSync(folderOf(name));
    for (const file of ['LICENSE', 'NOTICE', 'README.md', 'CHANGELOG.md'])
      expect(files.includes(file), file).toBe(true);
    for (const file of ['LICENSE', 'NOTICE'])
      expect(readFileSync(join(folderOf(name), file), 'utf8')).toBe(
        readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'),
      );
    expect(readFileSync(join(folderOf(name), 'README.md'), 'utf8')).toContain(`# @secure-call/${name}`);
    expect(manifestOf(name)).toMatchObject({
      license: 'Apache-2.0',
      type: 'module',
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public' },
    });
    expect(manifestOf(name)['sideEffects'], 'sideEffects').toBeDefined();
  });

  test('everything it depends on has one exact version', () => {
    const versions = Object.values(manifestOf(name).dependencies ?? {});
    expect(versions.filter(version => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('nothing runs when it is installed', () => {
    const scripts = Object.keys(manifestOf(name)['scripts'] ?? {});
    expect(scripts).toEqual(['prepack']);
  });
});

/** Addresses that only a browser loads, or that only have types. */
const notForNode = /\.json$|\*$|worker$|worklet$|\/vue$|\/svelte$/;
const addresses = packageNames.flatMap(name =>
  Object.keys(manifestOf(name).exports)
    .filter(address => !notForNode.test(address))
    .map(address => `@secure-call/${name}${address.slice(1)}`),
);

test.each(addresses)('importing %s in plain Node does nothing', address => {
  const script = `
    const before = new Set(Object.getOwnPropertyNames(globalThis));
    await import('${address}');
    const added = Object.getOwnPropertyNames(globalThis).filter(global => !before.has(global));
    // Files of the loader that Node is still closing, and its own output.
    const kept = process.getActiveResourcesInfo().filter(name => !/^(CloseReq|FS|Pipe|TTY)/.test(name));
    process.stdout.write(JSON.stringify([added, kept]));
  `;
  const args = ['--input-type=module', '--eval', script];
  expect(execFileSync(process.execPath, args, { cwd: installed, encoding: 'utf8' })).toBe('[[],[]]');
});

test.each(['player/dist/vault.worker', 'player/dist/simple-vault.worker', 'player/dist/watermark.worklet'])(
  '%s stands alone: a browser starts it by its address, with nothing else beside it',
  file => {
    const code = readFileSync(join(installed, 'node_modules/@secure-call', `${file}.js`), 'utf8');
    expect(code).not.toMatch(/^\s*import\b|\bimport\(|\bfrom\s*['"][^'"]+['"];?$/m);
  },
);

test('the folder for pages without a bundler holds all that its files name', () => {
  const folder = join(folderOf('element'), 'dist/standalone');
  const files = readdirSync(folder);
  const named = files
    .filter(file => file.endsWith('.js'))
    .map(file => readFileSync(join(folder, file), 'utf8'))
    .flatMap(code => Array.from(code.matchAll(/(?:from|import\(?|URL\()\s*["']([^"']+\.js)["']/g)))
    .map(([, address = '']) => address);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(address => !files.includes(address.replace('./', '')))).toEqual([]);
});

test('the command runs from where it was installed', () => {
  const bin = join(installed, 'node_modules/.bin/secure-call');
  const shell = process.platform === 'win32';
  expect(execFileSync(bin, ['--help'], { encoding: 'utf8', shell })).toMatch(/keygen/);
});
