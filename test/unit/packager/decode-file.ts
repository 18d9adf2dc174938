import { openRecording, type Recording, type RecordingOptions } from '@secure-call/packager';

export interface Decoded {
  readonly recording: Recording;
  /** One per channel. */
  readonly planes: readonly Float32Array[];
}

/** Opens a recording, reads all of it and closes it. */
export async function decodeFile(path: string, options: RecordingOptions = {}): Promise<Decoded> {
  const recording = await openRecording(path, options);
  try {
    const planes = Array.from(
      { length: recording.channels },
      () => new Float32Array(recording.durationSamples),
    );
    let position = 0;
    for await (const block of recording.pcm()) {
      for (const [channel, plane] of block.entries()) planes[channel]?.set(plane, position);
      position += block[0]?.length ?? 0;
    }
    return { recording, planes };
  } finally {
    await recording.close();
  }
}
