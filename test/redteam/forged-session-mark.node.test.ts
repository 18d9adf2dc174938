/**
 * A listener whose player was tampered with puts a colleague's session into what it plays: the mark in the recording still names
 * the listener, and the colleague is not accused.
 */
import { traceCopy, traceMaterial, type TraceReport } from '@secure-call/server';
import { clientPattern, embedPattern } from '@secure-call/watermark';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasProgram } from '../support/has-program.ts';
import { clipOf, COPY_HZ, LeakedCall } from '../support/leaked-call.ts';
import { nurseCall } from '../support/recordings.ts';
import { serviceOptions, TENANT } from '../unit/server/service-options.ts';
import { TestService } from '../unit/server/test-service.ts';

const LISTENER = 'nurse-4';
const COLLEAGUE = 'nurse-9';

let service: TestService;
let leaked: LeakedCall;
beforeAll(async () => {
  service = await TestService.start();
  leaked = await LeakedCall.make(service, nurseCall.path, 30);
}, 120_000);
afterAll(async () => {
  await leaked.remove();
  await service.stop();
});

/** The listener's copy, with the mark that the player would have put in for one of someone's sessions. */
async function copyMarkedFor(sub: string): Promise<Float32Array> {
  const options = serviceOptions(service.keys, service.store);
  const [material] = await traceMaterial(options, { tenant: TENANT, call: leaked.pack.callId });
  const session = material?.candidates.find(candidate => candidate.sub === sub)?.sessions[0];
  if (!material || !session) throw new Error(`${sub} has no session.`);
  const pattern = await clientPattern(material.watermarkKey, session.watermarkId);
  const [marked] = embedPattern([await leaked.copy(leaked.codeOf(LISTENER))], COPY_HZ, pattern, 77);
  return marked ?? new Float32Array();
}

const trace = (sound: Float32Array, seconds: number): Promise<TraceReport> =>
  traceCopy(serviceOptions(service.keys, service.store), {
    tenant: TENANT,
    calls: undefined,
    clips: [clipOf(sound, 20, seconds)],
  });

const namedBy = (list: readonly { readonly named: boolean; readonly sub: string }[]): string[] =>
  list.filter(({ named }) => named).map(({ sub }) => sub);

describe.runIf(hasProgram('ffmpeg'))('of a listener’s copy', () => {
  test('with their own session’s mark, both marks name them', async () => {
    const { listeners, sessions } = await trace(await copyMarkedFor(LISTENER), 100);
    expect(namedBy(listeners)).toEqual([LISTENER]);
    expect(namedBy(sessions)).toEqual([LISTENER]);
    expect(sessions[0]).toMatchObject({ sub: LISTENER, standing: 'confirms' });
  }, 120_000);

  test('with a colleague’s session’s mark, the listener is named, and the session is reported as forged', async () => {
    const { found, listeners, sessions, summary } = await trace(await copyMarkedFor(COLLEAGUE), 100);
    expect(found).toBe(true);
    expect(namedBy(listeners)).toEqual([LISTENER]);
    expect(namedBy(sessions)).toEqual([]);
    expect(sessions[0]).toMatchObject({ sub: COLLEAGUE, standing: 'contradicts' });
    expect(sessions[0]?.falsePositiveBound).toBeLessThanOrEqual(1e-9);
    expect(summary).toMatch(/speaks against it/);
  }, 120_000);

  test('too short for the recording’s mark to name anyone, it still clears the colleague', async () => {
    const { found, listeners, sessions } = await trace(await copyMarkedFor(COLLEAGUE), 40);
    expect(found).toBe(false);
    expect(namedBy(listeners)).toEqual([]);
    expect(namedBy(sessions)).toEqual([]);
    expect(sessions[0]).toMatchObject({ sub: COLLEAGUE, standing: 'contradicts' });
  }, 120_000);
});
