const TELEPHONE_HZ = 8000;
const HEADER_BYTES = 44;
/** WAVE_FORMAT_MULAW in a WAV file's format chunk. */
const MU_LAW = 7;

/**
 * What a telephone leaves of a recording: one channel, 8 kHz, G.711 mu-law.
 * @param recording - anything that the browser decodes
 */
export async function phoneCopy(
  recording: ArrayBuffer,
  name: string,
): Promise<{ readonly file: File; readonly seconds: number }> {
  const decoded = await new OfflineAudioContext(1, 1, TELEPHONE_HZ).decodeAudioData(recording);
  const context = new OfflineAudioContext(1, decoded.length, TELEPHONE_HZ);
  const source = new AudioBufferSourceNode(context, { buffer: decoded });
  source.connect(context.destination);
  source.start();
  const samples = (await context.startRendering()).getChannelData(0);
  const parts = [wavHeader(samples.length), Uint8Array.from(samples, muLaw)];
  return { file: new File(parts, name, { type: 'audio/wav' }), seconds: decoded.duration };
}

function wavHeader(samples: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const text = (at: number, letters: string): void => bytes.set(new TextEncoder().encode(letters), at);
  text(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + samples, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, MU_LAW, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, TELEPHONE_HZ, true);
  view.setUint32(28, TELEPHONE_HZ, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, 'data');
  view.setUint32(40, samples, true);
  return bytes;
}

/** ITU-T G.711: sign, three bits of exponent, four of mantissa, all of them inverted. */
function muLaw(sample: number): number {
  const magnitude = Math.min(Math.round(Math.abs(sample) * 32_768), 32_635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~((sample < 0 ? 128 : 0) | (exponent << 4) | mantissa) & 255;
}
