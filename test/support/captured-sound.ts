import type { Page } from 'playwright';
import type { Sound } from '../bench/watermark/sound.ts';

/**
 * What a test page's ears have taken, both channels in one, as a recorder takes it. Moments in which nothing at all came out are
 * left out: where the machine stalls playback waits, and goes on where it was.
 */
export interface CapturedSound {
  /** What came out. */
  readonly heard: Sound;
  /** What went into the player's worklet: what a page hears that takes the worklet away. */
  readonly unmarked: Sound;
}

export async function capturedSound(page: Page): Promise<CapturedSound> {
  const { heard, unmarked, sampleRateHz } = await page.evaluate(takeSound);
  return {
    heard: { samples: floatsOf(heard), sampleRateHz },
    unmarked: { samples: floatsOf(unmarked), sampleRateHz },
  };
}

/** Runs in the page. @returns base64 of 16-bit samples */
function takeSound(): { heard: string; unmarked: string; sampleRateHz: number } {
  const { quanta } = window.harness.sound;
  const mixed = (left: 0 | 2, right: 1 | 3): string => {
    const sounding = quanta.filter(quantum => quantum[left].some(Boolean) || quantum[right].some(Boolean));
    const samples = new Int16Array(sounding.length * 128);
    sounding.forEach((quantum, place) => {
      quantum[left].forEach((sample, at) => {
        samples[place * 128 + at] = (sample + (quantum[right][at] ?? 0)) * 16_383;
      });
    });
    const bytes = new Uint8Array(samples.buffer);
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; at += 32_768)
      parts.push(String.fromCharCode(...bytes.subarray(at, at + 32_768)));
    return btoa(parts.join(''));
  };
  const { sampleRateHz } = window.harness.sound.recording();
  return { heard: mixed(0, 1), unmarked: mixed(2, 3), sampleRateHz };
}

function floatsOf(base64: string): Float32Array<ArrayBuffer> {
  const bytes = Buffer.from(base64, 'base64');
  return Float32Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readInt16LE(at * 2) / 32_768);
}
