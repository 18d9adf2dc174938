/** A recording opened for reading, whatever its container and codec. Close it when done. */
export interface Recording {
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Samples per channel, counted from the container before anything is decoded. */
  readonly durationSamples: number;
  /** Text tags of the file (ID3, INFO). They may name people: they belong in the encrypted details only. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * The sound in order, in blocks of one `Float32Array` per channel (full scale 1). Read it once.
   * @throws {SecureCallError} `recording_unreadable` when the sound cannot be decoded, or is not as long as counted
   */
  pcm(): AsyncGenerator<PcmBlock, void, undefined>;
  close(): Promise<void>;
}

/** One `Float32Array` per channel, all of one length. */
export type PcmBlock = readonly Float32Array<ArrayBuffer>[];
