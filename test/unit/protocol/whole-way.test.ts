import {
  AccessEventChain,
  agreeSessionSecret,
  assertGrantUsable,
  authenticateGrant,
  createCallId,
  createGrant,
  createPackageId,
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
import { expect, test } from 'vitest';

test('a call key travels from packager to browser without the browser seeing it', async () => {
  const archive = await generateKey('archive');
  const packager = await generateKey('packager');
  const call = createCallId();
  const hashes = randomBytes(64);
  const manifest = utf8(
    JSON.stringify({
      v: 1,
      tenant: 'region-x',
      call,
      rev: 1,
      packageId: createPackageId(),
      tracks: [
        {
          name: 'audio',
          object: 'audio.bin',
          codec: 'mp4a.40.2',
          sampleRateHz: 8000,
          channels: [{ role: 'caller' }],
          variants: 1,
          total: 2,
          slotBytes: 1024,
          segmentSamples: 16384,
          durationSamples: 10000,
          primingSamples: 1024,
        },
      ],
      hashPages: [await sha256Base64url(hashes)],
    }),
  );
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
    total: 2,
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
  const grant = await createGrant(
    {
      iss: 'https://ehr.example',
      aud: 'https://keys.example',
      sub: 'u1',
      name: 'Anna Lind',
      role: 'nurse',
      cnf: { jkt: device.jkt },
      call: {
        id: createCallId(),
        patient: 'p1',
        unit: { id: 'u', name: 'Unit' },
        purpose: 'TREAT',
        relation: 'care-team',
        maxSessionSeconds: 1800,
        maxRate: 2,
        watermark: { client: 'off' },
      },
    },
    issuer.privateJwk,
  );
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
