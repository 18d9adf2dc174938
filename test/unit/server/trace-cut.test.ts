/** Copies that were cut, or rid of their pauses: of a real call of three minutes, packaged and decoded, among a thousand listeners. */
import { traceCopy, type TraceClip, type TraceReport } from '@secure-call/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sox } from '../../bench/watermark/attacks.ts';
import { hasProgram } from '../../support/has-program.ts';
import { clipOf, COPY_HZ, LeakedCall } from '../../support/leaked-call.ts';
import { nurseCall } from '../../support/recordings.ts';
import { serviceOptions, TENANT } from './service-options.ts';
import { TestService } from './test-service.ts';

const SUSPECT = 'nurse-321';
/** Far more than a search takes: two cores are shared with whatever else runs. */
const TRIAL_MILLISECONDS = 300_000;

describe.runIf(hasProgram('ffmpeg') && hasProgram('sox', '--version'))('a copy', () => {
  let service: TestService;
  let leaked: LeakedCall;
  let copy: Float32Array<ArrayBuffer>;
  beforeAll(async () => {
    service = await TestService.start();
    leaked = await LeakedCall.make(service, nurseCall.path, 1000);
    copy = await leaked.copy(leaked.codeOf(SUSPECT));
  }, 240_000);
  afterAll(async () => {
    await leaked.remove();
    await service.stop();
  });

  const trace = (clip: TraceClip): Promise<TraceReport> =>
    traceCopy(serviceOptions(service.keys, service.store), {
      tenant: TENANT,
      calls: undefined,
      clips: [clip],
    });

  function expectSuspect({ call, listeners, sessions }: TraceReport): void {
    expect(call).toBe(leaked.pack.callId);
    expect(listeners.filter(({ named }) => named).map(({ sub }) => sub)).toEqual([SUSPECT]);
    expect(sessions.filter(({ named }) => named)).toEqual([]);
  }

  test(
    'without its pauses of more than 0.3 s names its listener, and nobody else',
    async () => {
      const trimmed = sox('silence', '-l', '1', '0.1', '1%', '-1', '0.3', '1%');
      const { samples, sampleRateHz } = await trimmed({ samples: copy, sampleRateHz: COPY_HZ });
      expect(samples.length).toBeLessThan(0.9 * copy.length);
      expectSuspect(await trace({ name: 'trimmed', channels: [samples], sampleRateHz }));
    },
    TRIAL_MILLISECONDS,
  );

  test(
    'with three cuts, joined in another order, names its listener, and nobody else',
    async () => {
      const part = (from: number, to: number): Float32Array<ArrayBuffer> =>
        copy.subarray(from * COPY_HZ, to * COPY_HZ);
      const parts = [part(97.3, 136), part(3.1, 40), part(45.7, 71), part(141.9, 160)];
      const joined = await new Blob(parts).arrayBuffer();
      expectSuspect(await trace(clipOf(new Float32Array(joined))));
    },
    TRIAL_MILLISECONDS,
  );
});
