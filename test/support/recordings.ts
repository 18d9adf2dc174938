import { fileURLToPath } from 'node:url';
import type { Recording } from './deployment.ts';

const sample = (name: string): string =>
  fileURLToPath(new URL(`../../examples/clinic/recordings/${name}`, import.meta.url));

/** A fictional call, two channels, about three minutes. */
export const nurseCall: Recording = { path: sample('nurse-call.wav'), channels: ['caller', 'nurse'] };

/** A real telephone conversation, one channel, 45 s. */
export const phoneCall: Recording = { path: sample('phone-call.wav'), channels: ['both'] };
