import { SecureCallError } from '@secure-call/protocol';
import { GUARD_NAME, MARKED_CHANNELS, MARKER_NAME, type TilePattern } from '@secure-call/watermark';
import type { WatermarkNodes } from './marked-output.ts';
import { trustedScript } from './script-address.ts';

/** Bundlers find the file by this form of address. */
const ownWorklet = (): URL => new URL('./watermark.worklet.js', import.meta.url);

/** @throws {SecureCallError} `unsupported`, `watermark_degraded`, `setup_invalid` */
export async function loadWatermark(context: AudioContext, url: string | URL | undefined): Promise<void> {
  // The type says that it is always there.
  const { audioWorklet: worklet } = context as { audioWorklet?: AudioWorklet };
  if (!worklet) throw new SecureCallError('unsupported', 'AudioWorklet');
  const address = String(url ?? ownWorklet());
  const trusted = trustedScript(address);
  try {
    await worklet.addModule(trusted);
  } catch (cause) {
    throw new SecureCallError(
      'watermark_degraded',
      `The watermark could not be loaded from ${address}: set workletUrl.`,
      { cause },
    );
  }
}

/** @throws {SecureCallError} `watermark_degraded` where the file that was loaded is not the watermark's */
export function createWatermarkNodes(context: AudioContext, pattern: TilePattern): WatermarkNodes {
  const channels: AudioWorkletNodeOptions = {
    channelCount: MARKED_CHANNELS,
    channelCountMode: 'explicit',
    outputChannelCount: [MARKED_CHANNELS],
  };
  try {
    return {
      marker: new AudioWorkletNode(context, MARKER_NAME, { ...channels, processorOptions: { pattern } }),
      guard: new AudioWorkletNode(context, GUARD_NAME, channels),
    };
  } catch (cause) {
    throw new SecureCallError('watermark_degraded', 'The watermark did not start.', { cause });
  }
}
