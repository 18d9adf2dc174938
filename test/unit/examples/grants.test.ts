import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasProgram } from '../../support/has-program.ts';
import vector from '../../vectors/grant.json' with { type: 'json' };
import { ISSUER, PUBLIC_URL } from '../server/service-options.ts';
import { TestService } from '../server/test-service.ts';

const samples = fileURLToPath(new URL('../../../examples/grants', import.meta.url));
const hasJava = hasProgram('javac') && hasProgram('java');
if (!hasJava) console.warn('The Java sample is not tested: there is no JDK.');

const hasPython =
  hasProgram('python3', '--version') &&
  spawnSync('python3', ['-c', 'import cryptography'], { stdio: 'ignore' }).status === 0;
if (!hasPython) console.warn('The Python sample is not tested: there is no Python with cryptography.');

let classes: string;
beforeAll(async () => {
  classes = await mkdtemp(join(tmpdir(), 'grant-java-'));
  if (hasJava) execFileSync('javac', ['-Xlint:all', '-Werror', '-d', classes, `${samples}/java/Grant.java`]);
});
afterAll(() => rm(classes, { recursive: true }));

const languages: readonly { name: string; runs: boolean; command: () => [string, ...string[]] }[] = [
  { name: 'Java', runs: hasJava, command: () => ['java', '-cp', classes, 'Grant'] },
  { name: 'Python', runs: hasPython, command: () => ['python3', `${samples}/python/grant.py`] },
  { name: 'Node with createGrant', runs: true, command: () => ['node', `${samples}/node/grant.mjs`] },
  { name: 'Node with jose', runs: true, command: () => ['node', `${samples}/node/grant-jose.mjs`] },
];

describe.for(languages)('a grant issued in $name', ({ runs, command }) => {
  let service: TestService;
  let keyFile: string;
  beforeEach(async () => {
    service = await TestService.start();
    keyFile = join(service.folder, 'issuer.jwk');
    // As `keygen` writes it.
    await writeFile(keyFile, JSON.stringify(service.keys.issuer.privateJwk, null, 2));
  });
  afterEach(() => service.stop());

  function issue(call: string, thumbprint: string, name: string, reason: readonly string[]): string {
    const [program, ...args] = command();
    const asked = [keyFile, ISSUER, PUBLIC_URL, 'nurse-1', name, call, thumbprint, ...reason];
    // Java reads its command line by the locale.
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const grant = execFileSync(program, [...args, ...asked], { env, encoding: 'utf8' }).trim();
    // The service's clock stands still until it is moved.
    service.clock.advanceSeconds((decodeJwt(grant).iat ?? 0) - service.clock.now() / 1000);
    return grant;
  }

  test.skipIf(!runs)('opens a session, once', async () => {
    const { call } = await service.registerCall();
    const browser = await service.browser();
    const grant = issue(call, browser.device.jkt, 'Anna Lind', ['TREAT']);
    const session = await browser.openSession(grant);
    expect(session.watermark).toMatchObject({ visible: { name: 'Anna Lind', unit: 'Advice line' } });
    expect((await browser.unwrap(session, session.lease)).size).toBe(7);
    const other = await service.browser();
    await expect(other.openSession(grant)).rejects.toThrow('proof_invalid');
  });

  test.skipIf(!runs)('carries any name and note, and an emergency with its reason', async () => {
    const { call } = await service.registerCall();
    const browser = await service.browser();
    const name = 'Åsa "Ö" \\ 😀';
    const note = 'Line one\n\tline "two"';
    const session = await browser.openSession(issue(call, browser.device.jkt, name, ['ETREAT', note]));
    expect(session.policy.purpose).toBe('ETREAT');
    expect(session.watermark).toMatchObject({ visible: { name } });
    const emergency = (await service.records()).find(({ type }) => type === 'breakGlass.started');
    expect(emergency?.body).toMatchObject({ reason: note, notify: ['privacy-office'] });
  });
});

/** Members of a JSON text in their order, those of inner objects behind their own. */
const membersOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => [name].concat(membersOf(inner)))
    : [];

// .NET is not run here: what its sample says is compared with the test vector, of which every byte is known.
test('the .NET sample writes the members of the test vector in their order', async () => {
  const source = await readFile(`${samples}/dotnet/Grant.cs`, 'utf8');
  const always = source.replace(/if \(asked[\s\S]+?return call;/, '');
  const written = [...always.matchAll(/\["(\w+)"\] = /g)].map(([, name]) => name);
  expect(written).toEqual([...membersOf(vector.claims), ...membersOf(vector.header)]);
  expect(source).toContain(`["alg"] = "${vector.header.alg}"`);
  expect(source).toContain(`["typ"] = "${vector.header.typ}"`);
  expect(source).toContain('DSASignatureFormat.IeeeP1363FixedFieldConcatenation');
});

test('those members in that order are the signing input of the vector, byte for byte', () => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  expect(`${encode(vector.header)}.${encode(vector.claims)}`).toBe(vector.signingInput);
});
