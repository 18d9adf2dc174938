import type { OpenCall, Transcript } from '@secure-call/player';
import type { SecureCallPlayerElement } from '@secure-call/element';
import { page } from 'vitest/browser';
import { mount, type Mounted } from './mount.ts';
import { conversationPeaks } from './sample-peaks.ts';
import { sampleCall } from './sample-states.ts';
import { sampleTranscript } from './sample-transcript.ts';

/** A call whose transcript has been read, in the layout for reviews. */
export async function openReview(
  change: Partial<OpenCall> = {},
  setUp: (element: SecureCallPlayerElement) => void = () => undefined,
  transcript: Transcript = sampleTranscript,
): Promise<Mounted> {
  await page.viewport(1200, 1000);
  const mounted = mount({ status: 'opening' }, setUp);
  mounted.player.peaks = conversationPeaks(758);
  mounted.player.transcript = transcript;
  mounted.player.become({ status: 'playing', ...sampleCall({ transcript: 'open', ...change }) });
  return mounted;
}

/** Moves the sound on. */
export function playTo(
  { player }: Mounted,
  positionSeconds: number,
  change: Partial<OpenCall> = { transcript: 'open' },
): void {
  player.become({ status: 'playing', ...sampleCall({ positionSeconds, ...change }) });
}
