/** AMR files (RFC 4867 section 5), made frame by frame: no free encoder of it comes with ffmpeg. */

/** `speech` at 12.2 kbit/s, `comfort-noise` (SID) and `no-data` as discontinuous transmission leaves them. */
export type AmrFrame = 'speech' | 'comfort-noise' | 'no-data';

export function amrFile(frames: readonly AmrFrame[]): Buffer {
  let state = 1;
  const noise = (): number => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return (state >> 16) & 0xff;
  };
  const bytes: Readonly<Record<AmrFrame, () => Buffer>> = {
    speech: () => Buffer.from([(7 << 3) | 4, ...Array.from({ length: 31 }, noise)]),
    'comfort-noise': () => Buffer.from([(8 << 3) | 4, 0, 0, 0, 0, 0]),
    'no-data': () => Buffer.from([(15 << 3) | 4]),
  };
  return Buffer.concat([Buffer.from('#!AMR\n'), ...frames.map(frame => bytes[frame]())]);
}
