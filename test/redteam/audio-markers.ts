/** What an attacker would look for to recognise sound: each finds its format's own structure, not one unlucky word. */
const searches: Record<string, (bytes: Buffer) => boolean> = {
  wav: bytes => everywhere(bytes, 'RIFF', at => bytes.toString('latin1', at + 8, at + 12) === 'WAVE'),
  mp3Tag: bytes => everywhere(bytes, 'ID3', at => (bytes[at + 3] ?? 9) <= 4 && bytes[at + 4] === 0),
  ogg: bytes => everywhere(bytes, 'OggS', at => bytes[at + 4] === 0 && (bytes[at + 5] ?? 9) < 8),
  mp4Box: bytes =>
    ['ftyp', 'moov', 'moof', 'mdat', 'free'].some(type => everywhere(bytes, type, at => isBox(bytes, at))),
  adts: bytes => framesFrom(bytes, adtsFrameBytes, 4),
  mpegAudio: bytes => framesFrom(bytes, mp3FrameBytes, 4),
};

/** @returns the names of the formats that were found */
export function audioMarkersIn(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes);
  return Object.keys(searches).filter(name => searches[name]?.(buffer));
}

function everywhere(bytes: Buffer, word: string, holds: (at: number) => boolean): boolean {
  for (let at = bytes.indexOf(word); at !== -1; at = bytes.indexOf(word, at + 1)) if (holds(at)) return true;
  return false;
}

/** A box whose length, before its type, ends inside the object. */
function isBox(bytes: Buffer, typeAt: number): boolean {
  if (typeAt < 4) return false;
  const size = bytes.readUInt32BE(typeAt - 4);
  return size >= 8 && typeAt - 4 + size <= bytes.length;
}

function framesFrom(bytes: Buffer, frameBytes: (bytes: Buffer, at: number) => number, run: number): boolean {
  for (let start = 0; start + 8 < bytes.length; start += 1) {
    let at = start;
    let frames = 0;
    for (let size = frameBytes(bytes, at); size > 0 && frames < run; size = frameBytes(bytes, at)) {
      frames += 1;
      at += size;
    }
    if (frames >= run) return true;
  }
  return false;
}

/** ISO/IEC 13818-7 section 6.2. @returns 0 where no frame begins */
function adtsFrameBytes(bytes: Buffer, at: number): number {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xf6) !== 0xf0) return 0;
  const size = (bytes.readUInt32BE(at + 3) >> 13) & 0x1fff;
  return size > 7 ? size : 0;
}

const kbitsPerSecond = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
const ratesHz = [44100, 48000, 32000, 0];

/** ISO/IEC 11172-3 section 2.4.1.3, layer III. @returns 0 where no frame begins */
function mp3FrameBytes(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xfe) !== 0xfa) return 0;
  const third = bytes[at + 2] ?? 0;
  const rateHz = ratesHz[(third >> 2) & 3] ?? 0;
  const kbits = kbitsPerSecond[third >> 4] ?? 0;
  return rateHz && kbits ? Math.floor((144000 * kbits) / rateHz) + ((third >> 1) & 1) : 0;
}
