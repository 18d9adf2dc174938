import { SecureCallError } from '@secure-call/protocol';

/** Content of a `fmt ` chunk, with WAVE_FORMAT_EXTENSIBLE resolved. */
export interface WavFormat {
  /** WAVE_FORMAT tag (RFC 2361 appendix A). */
  readonly tag: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bitsPerSample: number;
  /** One sample of every channel; of codecs other than PCM and G.711 one block of them. */
  readonly frameBytes: number;
  readonly bytesPerSecond: number;
}

const PCM = 0x0001;
const FLOAT = 0x0003;
const A_LAW = 0x0006;
const MU_LAW = 0x0007;
const EXTENSIBLE = 0xfffe;

const BITS_OF: ReadonlyMap<number, readonly number[]> = new Map([
  [PCM, [8, 16, 24, 32]],
  [FLOAT, [32, 64]],
  [A_LAW, [8]],
  [MU_LAW, [8]],
]);

const NAME_OF: ReadonlyMap<number, string> = new Map([
  [0x0002, 'Microsoft ADPCM'],
  [0x0011, 'IMA ADPCM'],
  [0x0022, 'TrueSpeech'],
  [0x0031, 'GSM 6.10'],
  [0x0040, 'G.721 ADPCM'],
  [0x0042, 'G.723.1'],
  [0x0045, 'G.726 ADPCM'],
  [0x0055, 'MP3 inside WAV'],
  [0x0064, 'G.726 ADPCM'],
  [0x0083, 'G.729'],
]);

/** @throws {SecureCallError} `recording_unreadable` */
export function parseWavFormat(chunk: Uint8Array): WavFormat {
  if (chunk.length < 14) throw malformed();
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const tag = codecTag(view);
  const channels = view.getUint16(2, true);
  const sampleRateHz = view.getUint32(4, true);
  const bitsPerSample = tag === A_LAW || tag === MU_LAW || chunk.length < 16 ? 8 : view.getUint16(14, true);
  const isCoded = !BITS_OF.has(tag);
  const frameBytes = isCoded ? view.getUint16(12, true) : (channels * bitsPerSample) / 8;
  const bytesPerSecond = isCoded ? view.getUint32(8, true) : frameBytes * sampleRateHz;
  // The header has two bytes for the size of a frame.
  if (frameBytes === 0 || frameBytes > 0xffff || bytesPerSecond === 0) throw malformed();
  return { tag, channels, sampleRateHz, bitsPerSample, frameBytes, bytesPerSecond };
}

/** With WAVE_FORMAT_EXTENSIBLE the codec is in the first two bytes of the sub-format GUID. */
function codecTag(view: DataView): number {
  const tag = view.getUint16(0, true);
  return tag === EXTENSIBLE && view.byteLength >= 40 ? view.getUint16(24, true) : tag;
}

/** @throws {SecureCallError} `recording_unsupported` when it is neither PCM nor G.711 */
export function checkPcmOrG711({ tag, bitsPerSample }: WavFormat): void {
  const supportedBits = BITS_OF.get(tag);
  if (!supportedBits)
    throw new SecureCallError(
      'recording_unsupported',
      `The WAV file is coded as ${NAME_OF.get(tag) ?? `format ${tag}`}.`,
    );
  if (!supportedBits.includes(bitsPerSample))
    throw new SecureCallError('recording_unsupported', `The WAV file has ${bitsPerSample} bits per sample.`);
}

const malformed = (): SecureCallError =>
  new SecureCallError('recording_unreadable', 'The header of the WAV file is damaged.');
