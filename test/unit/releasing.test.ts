import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shell = process.platform === 'win32';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');
const manifestIn = (folder: string): Manifest => JSON.parse(read(folder, 'package.json')) as Manifest;
const workspaces = manifestIn(root).workspaces ?? [];

describe('versions', () => {
  let copy: string;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example', ...args], {
      cwd: copy,
      encoding: 'utf8',
    });

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'secure-call-release-'));
    const manifests = workspaces.map(folder => `${folder}/package.json`);
    for (const path of ['package.json', 'package-lock.json', '.changeset/config.json', ...manifests]) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      cpSync(join(root, path), join(copy, path));
    }
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('one change of one package gives all of them the next version, and what they say of each other', () => {
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.changeset', 'packages');
    git('commit', '--quiet', '--message=before');
    const change = '---\n"@secure-call/element": minor\n---\n\nCalls can be hummed along to.\n';
    writeFileSync(join(copy, '.changeset', 'hum.md'), change);
    execFileSync(process.execPath, [join(root, 'node_modules/@changesets/cli/bin.js'), 'version'], {
      cwd: copy,
      stdio: 'ignore',
    });
    const manifests = workspaces.map(folder => manifestIn(join(copy, folder)));
    const [first] = manifests;
    expect(first?.version).not.toBe(manifestIn(join(root, workspaces[0] ?? '')).version);
    for (const { version, dependencies = {} } of manifests) {
      expect(version).toBe(first?.version);
      const own = Object.entries(dependencies).filter(([name]) => name.startsWith('@secure-call/'));
      expect(own.filter(([, wanted]) => wanted !== version)).toEqual([]);
    }
    expect(read(copy, 'packages/element/CHANGELOG.md')).toContain('Calls can be hummed along to.');
  });
});

test('packages are published in an order in which each finds those it depends on', () => {
  const manifests = workspaces.map(folder => manifestIn(join(root, folder)));
  const published = manifests.filter(manifest => !manifest.private);
  published.forEach(({ dependencies = {} }, place) => {
    const later = new Set(published.slice(place).map(({ name }) => name));
    expect(Object.keys(dependencies).filter(name => later.has(name))).toEqual([]);
  });
  expect(published.length).toBe(8);
});

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly name?: string; readonly link?: boolean }>
  >;
}

test('the bill of materials names everything in the lock, each with its hash', () => {
  const printed = execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8', shell });
  const { components } = JSON.parse(printed) as {
    components: readonly { readonly purl: string; readonly hashes?: readonly unknown[] }[];
  };
  const hashed = components.filter(({ hashes }) => (hashes?.length ?? 0) > 0);
  const named = new Set(hashed.map(({ purl }) => decodeURIComponent(purl)));
  const locked = Object.entries((JSON.parse(read(root, 'package-lock.json')) as Lock).packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, { name, version }]) => `pkg:npm/${name ?? path.split('node_modules/').at(-1)}@${version}`);
  expect(locked.length).toBeGreaterThan(100);
  expect(locked.filter(purl => !named.has(purl))).toEqual([]);
});

describe('workflows', () => {
  const folder = '.github/workflows';
  const workflows = readdirSync(join(root, folder));

  test.each(workflows)('%s takes actions by their commit, and no right it does not need', file => {
    const text = read(root, join(folder, file));
    const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action);
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter(action => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
    const rights = [...text.matchAll(/^ +([\w-]+: write)/gm)].map(([, right]) => right);
    expect(rights).toEqual(file === 'release.yml' ? ['id-token: write'] : []);
    expect(text).not.toMatch(/secrets\.|pull_request_target|\$\{\{ *github\.event/);
  });
});
