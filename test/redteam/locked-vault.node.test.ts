import { EventEmitter, once } from 'node:events';
import { segmentIndexAt } from '@secure-call/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRange } from '../../packages/player/src/vault/storage-reader.ts';
import { Vault } from '../../packages/player/src/vault/vault.ts';
import type { VaultNotice } from '../../packages/player/src/vault/vault-messages.ts';
import { Deployment } from '../support/deployment.ts';
import { phoneCall } from '../support/recordings.ts';

let deployment: Deployment;

beforeAll(async () => {
  deployment = await Deployment.create({ recordings: [phoneCall] });
});
afterAll(() => deployment.close());

test('keys that were on their way when the vault was locked are not taken in', async () => {
  const [pack] = deployment.packages;
  if (!pack) throw new Error('There is no package.');
  const notices: VaultNotice[] = [];
  const vault: Vault = new Vault(notice => {
    notices.push(notice);
    // As the page does, which keeps what it would have to send on leaving.
    if (notice.type === 'standing') vault.held(notice.upTo);
  }, readRange);
  const deviceKeyThumbprint = await vault.deviceKey();
  const grant = await deployment.grant({ call: pack.callId, deviceKeyThumbprint, purpose: 'TREAT' });
  await vault.open({ service: deployment.service.url, call: pack.callId, grant, pageFetches: false });

  // The answer to the next lease is held back until the vault is locked.
  const { handler } = deployment.service;
  const gate = new EventEmitter();
  const asked = once(gate, 'asked');
  const released = once(gate, 'released');
  deployment.service.serve(async request => {
    const response = await handler(request);
    if (!request.url.endsWith('/leases')) return response;
    gate.emit('asked');
    await released;
    return response;
  });
  vault.progress({ positionSeconds: 30, playing: true });
  let opened = false;
  const segment = vault.segment(segmentIndexAt(pack.manifest.tracks[0], 30)).then(bytes => {
    opened = true;
    return bytes;
  });
  await asked;
  const locking = vault.lock();
  gate.emit('released');
  await locking;
  deployment.service.serve(handler);
  // Three more answers of the service: whatever came before has been worked through.
  for (let round = 0; round < 3; round += 1) await vault.renew();
  expect(opened).toBe(false);

  await vault.unlock({ positionSeconds: 30, playing: true });
  expect((await segment).length).toBeGreaterThan(0);
  await vault.close({ position: 30 });
  expect(notices.some(notice => notice.type === 'ended')).toBe(false);
});
