import {
  AccessEventChain,
  agreeSessionSecret,
  assertGrantUsable,
  authenticateGrant,
  createGrant,
  createRegistration,
  createSessionId,
  deriveLeaseKey,
  deriveSegmentKey,
  generateDeviceKey,
  generateEcdhKey,
  generateKey,
  importCallKey,
  openSealedKey,
  openSegment,
  pinKey,
  proveRequest,
  randomBytes,
  sealSegment,
  sha256Base64url,
  unwrapSegmentKey,
  utf8,
  verifyAccessEvent,
  verifyProvenRequest,
  verifyRegistration,
  wrapSegmentKey,
} from '@secure-call/protocol';
import { calculateJwkThumbprint } from 'jose';
import { expect, test } from 'vitest';
import { grantInput, manifestJson, manifestOf } from './sample.ts';

test('a call key travels from packager to browser without the browser seeing it', async () => {
  const archive = await generateKey('archive');
  const packager = await generateKey('packager');
  const hashes = randomBytes(12 * 32);
  const json = { ...manifestJson(), hashPages: [await sha256Base64url(hashes)] };
  const { call } = manifestOf(json);
  const manifest = utf8(JSON.stringify(json));
  const callKey = randomBytes(32);
  const jws = await createRegistration({
    manifest,
    firstHashes: hashes,
    callKey,
    watermarkSeed: randomBytes(32),
    recipients: [archive.publicJwk],
    signer: packager.privateJwk,
  });
  const { registration } = await verifyRegistration(jws, [pinKey(packager.publicJwk)]);
  const opened = await openSealedKey(registration.jwe, registration, archive.privateJwk);
  expect(opened).toEqual(callKey);

  const binding = {
    tenant: 'region-x',
    call,
    rev: 1,
    track: 'audio',
    variant: 0,
    index: 1,
    total: 11,
  } as const;
  const plaintext = randomBytes(500);
  const stored = await sealSegment(await deriveSegmentKey(await importCallKey(callKey), binding), plaintext);

  const device = await generateDeviceKey();
  const ours = await generateEcdhKey();
  const service = await generateEcdhKey(true);
  const lease = { tenant: 'region-x', sid: createSessionId(), call, rev: 1, leaseSeq: 0, jkt: device.jkt };
  const points = { epk: service.publicPoint, device: ours.publicPoint };
  const wrapping = await deriveLeaseKey(
    await agreeSessionSecret(service.privateKey, ours.publicPoint),
    points,
    lease,
  );
  const wrapped = await wrapSegmentKey(
    wrapping,
    await deriveSegmentKey(await importCallKey(opened), binding, true),
  );
  const unwrapping = await deriveLeaseKey(
    await agreeSessionSecret(ours.privateKey, service.publicPoint),
    points,
    lease,
  );
  const segmentKey = await unwrapSegmentKey(unwrapping, wrapped);
  expect(segmentKey.extractable).toBe(false);
  expect(await openSegment(segmentKey, stored)).toEqual(plaintext);
});

test('a grant, its proof and an event verify', async () => {
  const issuer = await generateKey('issuer');
  const device = await generateDeviceKey();
  expect(device.jkt).toBe(await calculateJwkThumbprint(device.publicJwk));
  const grant = await createGrant(grantInput(device.jkt), issuer.privateJwk);
  const claims = await authenticateGrant(grant, () => [pinKey(issuer.publicJwk)]);
  assertGrantUsable(claims, { audience: 'https://keys.example', now: Date.now() / 1000 });
  expect(claims.cnf.jkt).toBe(device.jkt);
  const body = await proveRequest(device, { htu: 'https://keys.example/sessions', payload: '{}', grant });
  const proven = await verifyProvenRequest(body, 'https://keys.example/sessions');
  expect(proven.ath).toBe(await sha256Base64url(grant));
  const chain = new AccessEventChain(device, createSessionId());
  const { jws } = await chain.sign({ type: 'playback.seeked', from: 1, to: 2, position: 2 }, new Date(), 5);
  expect(await verifyAccessEvent(jws, device.publicJwk)).toMatchObject({
    type: 'playback.seeked',
    eventSeq: 1,
  });
});
