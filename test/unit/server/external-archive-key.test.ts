import { generateKey, type KeyPair, readKey, type SecureCallError } from '@secure-call/protocol';
import {
  type ArchiveKeys,
  awsKmsOpener,
  externalArchiveKey,
  fileArchiveKeys,
  joinArchiveKeys,
  type KeyOpener,
  vaultTransitOpener,
} from '@secure-call/server';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AWS, KeyHolder, type Mood, VAULT_TOKEN } from '../../support/key-holder.ts';
import { expectRefusal, problemOf } from './refusal.ts';
import { grantInput, TestService } from './test-service.ts';

let rsa: KeyPair;
beforeAll(async () => {
  rsa = await generateKey('archive', 'RSA-OAEP-256');
});

const kinds = {
  vault: {
    hold: () => KeyHolder.vault(rsa),
    openerAt: (url: string) =>
      vaultTransitOpener({ address: url, key: 'archive', token: () => Promise.resolve(`${VAULT_TOKEN}\n`) }),
  },
  kms: {
    hold: () => KeyHolder.awsKms(rsa),
    openerAt: (url: string) =>
      awsKmsOpener({ region: AWS.region, keyId: AWS.keyId, endpoint: url, credentials: async () => AWS }),
  },
} as const;

const TIMEOUT_MS = 400;
const keysOf = (opener: KeyOpener): ArchiveKeys =>
  externalArchiveKey({ publicKey: rsa.publicJwk, opener, timeoutMs: TIMEOUT_MS });

describe.each(['vault', 'kms'] as const)('an archive key in %s', kind => {
  let holder: KeyHolder;
  let service: TestService;
  beforeEach(async () => {
    holder = await kinds[kind].hold();
    service = await TestService.start({ archiveKeys: keysOf(kinds[kind].openerAt(holder.url)) });
  });
  afterEach(async () => {
    await service.stop();
    await holder.stop();
  });

  const listen = async () => {
    const call = await service.registerCall({ recipients: [rsa.publicJwk] });
    const browser = await service.browser();
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    return { call, browser, session };
  };

  test('opens what is registered, and keys of every second go out', async () => {
    const { browser, session } = await listen();
    const lease = await browser.lease(session, { leaseSeq: 1, from: 12 });
    const keys = await browser.unwrap(session, lease);
    expect(keys.size).toBe(7);
    // Call key and seed at the registration, the call key once more for the session and all its leases.
    expect(holder.asked).toBe(3);
  });

  test('is asked again after a minute', async () => {
    const { browser, session } = await listen();
    service.clock.advanceSeconds(59);
    await browser.lease(session, { leaseSeq: 1, from: 12 });
    expect(holder.asked).toBe(3);
    service.clock.advanceSeconds(1);
    await browser.lease(session, { leaseSeq: 2, from: 24 });
    expect(holder.asked).toBe(4);
  });

  test('does not open what is sealed to another key, nor what is bound to another call', async () => {
    const other = await generateKey('archive', 'RSA-OAEP-256');
    // It only says that it is sealed to this one.
    const claimed = { ...other.publicJwk, kid: rsa.publicJwk.kid ?? '' };
    for (const recipient of [other.publicJwk, claimed]) {
      const { registration } = await service.makeCall({ recipients: [recipient] });
      await expectRefusal(service.register(registration), 'registration_invalid');
    }
    const elliptic = await service.makeCall();
    await expectRefusal(service.register(elliptic.registration), 'registration_invalid');
    // Only what names this key went out.
    expect(holder.asked).toBe(1);
  });

  test('stands beside a key file, and several recipients open with either', async () => {
    const file = fileArchiveKeys([service.keys.archive.privateJwk]);
    const both = joinArchiveKeys([keysOf(kinds[kind].openerAt(holder.url)), file]);
    expect(both.publicKeys.map(({ kid }) => kid)).toEqual([
      rsa.publicJwk.kid,
      service.keys.archive.publicJwk.kid,
    ]);
    const recipients = [service.keys.archive.publicJwk, rsa.publicJwk];
    await service.registerCall({ recipients });
    const rows = await service.store.read(db => db.selectFrom('call').selectAll().execute());
    const [row] = rows;
    if (!row?.jwe) throw new Error('no call');
    const { tenant, call, rev, manifest_sha256: manifestSha256 } = row;
    const binding = { tenant, call, rev, manifestSha256 } as Parameters<ArchiveKeys['open']>[1];
    const sealed = JSON.parse(row.jwe) as Parameters<ArchiveKeys['open']>[0];
    const opened = await file.open(sealed, binding);
    holder.mood = 'silent';
    expect(await both.open(sealed, binding)).toEqual(opened);
    await expect(both.open(sealed, { ...binding, rev: 2 })).rejects.toMatchObject({
      code: 'registration_invalid',
    });
  });

  const moods: readonly Mood[] = ['rubbish', 'short', 'wrong', 'refuses', 'silent', 'huge', 'moved', 'echo'];

  test.each(moods)('that is in this mood gives no lease, and the refusal is on record: %s', async mood => {
    const { call, browser, session } = await listen();
    service.clock.advanceSeconds(60);
    holder.mood = mood;
    const lease = await problemOf(browser.lease(session, { leaseSeq: 1, from: 12 }));
    expect(lease).toMatchObject({ code: 'archive_unavailable', status: 503 });
    const grant = await service.grant(grantInput(call, browser, { sub: 'nurse-2' }));
    expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'archive_unavailable' });
    const types = (await service.records(`?call=${call.call}`)).map(({ type, body }) => [
      type,
      (body as { code?: string }).code,
    ]);
    expect(types.slice(-2)).toEqual([
      ['lease.refused', 'archive_unavailable'],
      ['grant.refused', 'archive_unavailable'],
    ]);
    expectNothingTold();
    // The grant was not used up, nor the lease's number.
    holder.mood = 'works';
    expect(await browser.openSession(grant)).toHaveProperty('lease');
    expect(await browser.lease(session, { leaseSeq: 1, from: 12 })).toMatchObject({ to: 24 });
  });

  function expectNothingTold(): void {
    expect(service.log.map(({ event, code }) => [event, code])).toEqual([
      ['failed', 'archive_unavailable'],
      ['failed', 'archive_unavailable'],
    ]);
    const written = JSON.stringify(service.log);
    for (const secret of [...holder.opened, VAULT_TOKEN, AWS.secretAccessKey, AWS.sessionToken, holder.url])
      expect(written).not.toContain(secret);
  }

  test('that is gone refuses a registration as something to try again, on record', async () => {
    await holder.stop();
    const { registration } = await service.makeCall({ recipients: [rsa.publicJwk] });
    await expectRefusal(service.register(registration), 'archive_unavailable');
    expect((await service.records()).slice(0, 1)).toMatchObject([
      { type: 'registration.refused', body: { code: 'archive_unavailable', authentic: true } },
    ]);
    holder = await kinds[kind].hold();
  });

  test('is asked with a credential that it knows, or does not open', async () => {
    const stranger =
      kind === 'vault'
        ? vaultTransitOpener({ address: holder.url, key: 'archive', token: async () => 'another' })
        : awsKmsOpener({
            region: AWS.region,
            keyId: AWS.keyId,
            endpoint: holder.url,
            credentials: async () => ({ ...AWS, secretAccessKey: 'another' }),
          });
    const outcome = stranger.open(new Uint8Array(384), AbortSignal.timeout(5000));
    await expect(outcome).rejects.toMatchObject({ code: 'archive_unavailable' });
    expect(holder.opened).toEqual([]);
  });
});

test('an opener that never looks up is not waited for', async () => {
  const service = await TestService.start({
    archiveKeys: keysOf({ open: () => new Promise(() => undefined) }),
  });
  const { registration } = await service.makeCall({ recipients: [rsa.publicJwk] });
  await expectRefusal(service.register(registration), 'archive_unavailable');
  await service.stop();
});

test('what an opener says in its errors goes nowhere', async () => {
  const service = await TestService.start({
    archiveKeys: keysOf({ open: () => Promise.reject(new Error('bytes of a key')) }),
  });
  const { registration } = await service.makeCall({ recipients: [rsa.publicJwk] });
  const refusal = await expectRefusal(service.register(registration), 'archive_unavailable');
  expect(refusal.message).not.toContain('bytes');
  expect(JSON.stringify([service.log, await service.records()])).not.toContain('bytes of');
  await service.stop();
});

test('the archive key of an opener is one for RSA-OAEP-256, and its private half stays out', async () => {
  const opener = { open: () => Promise.reject(new Error('never')) };
  const elliptic = await generateKey('archive');
  expect(() => externalArchiveKey({ publicKey: elliptic.publicJwk, opener })).toThrow('RSA-OAEP-256');
  const { publicKeys } = externalArchiveKey({ publicKey: rsa.privateJwk, opener });
  expect(publicKeys).toEqual([readKey(rsa.publicJwk, 'archive', 'public')]);
});

test.each(['http://vault.internal:8200', 'https://name:word@vault.internal', 'vault.internal', 'ftp://x'])(
  'an address is one that a credential may go to: not %s',
  address => {
    const options = { address, key: 'archive', token: async () => VAULT_TOKEN };
    let refusal: SecureCallError | undefined;
    try {
      vaultTransitOpener(options);
    } catch (cause) {
      refusal = cause as SecureCallError;
    }
    expect(refusal?.code).toBe('configuration_invalid');
  },
);
