import { seededRandom } from './seeded-random.ts';

/** A box-shaped room, in metres and seconds; positions are measured from one corner. */
export interface Room {
  readonly seed: string;
  readonly size: readonly [number, number, number];
  readonly source: readonly [number, number, number];
  readonly microphone: readonly [number, number, number];
  /** Time in which sound decays by 60 dB. */
  readonly reverberationSeconds: number;
}

/** Loudspeaker and telephone, 0.4 m apart, on a desk in a small office. */
export const NEAR_ROOM: Room = {
  seed: 'near room',
  reverberationSeconds: 0.3,
  size: [4.1, 3.2, 2.6],
  source: [1.3, 1.1, 0.9],
  microphone: [1.62, 1.33, 0.95],
};

/** A recorder 0.6 m away in a larger room that rings: a third of what it hears has been at a wall. */
export const FAR_ROOM: Room = {
  seed: 'far room',
  reverberationSeconds: 0.7,
  size: [7.3, 5.4, 3.1],
  source: [2.6, 1.9, 1.2],
  microphone: [3.1, 2.23, 1.15],
};

/** The same room, from 2 m: most of what the recorder hears has been at a wall. */
export const ACROSS_ROOM: Room = {
  ...FAR_ROOM,
  seed: 'across room',
  microphone: [4.2, 3.1, 1.1],
};

const SPEED_OF_SOUND = 343;

/** Images in a perfect box arrive in step and ring; walls are never that even. */
const IMAGE_SPREAD_METRES = 0.06;

/** In a box whose walls are all alike, sound along the walls outlives Eyring's mean by about this factor. */
const BOX_FACTOR = 1.6;

/** Eyring's formula, solved for the share of sound pressure that a wall sends back. */
function reflection({ size: [x, y, z], reverberationSeconds }: Room): number {
  const volume = x * y * z;
  const surface = 2 * (x * y + y * z + x * z);
  const decaySeconds = reverberationSeconds / BOX_FACTOR;
  const exponent = (-24 * Math.log(10) * volume) / (SPEED_OF_SOUND * surface * decaySeconds);
  return Math.exp(exponent / 2);
}

/** Along one axis: how far each image of the source lies from the microphone, and how many walls it was mirrored at. */
function imagesAlong(size: number, source: number, microphone: number, reach: number) {
  const images: { distance: number; mirrored: number }[] = [];
  const most = Math.ceil(reach / (2 * size));
  for (let turn = -most; turn <= most; turn += 1) {
    images.push(
      { distance: 2 * turn * size + source - microphone, mirrored: Math.abs(2 * turn) },
      { distance: 2 * turn * size - source - microphone, mirrored: Math.abs(2 * turn - 1) },
    );
  }
  return images;
}

/**
 * What a click in the room sounds like: Allen and Berkley's image method (1979), every image but the source itself moved a
 * little at random. Starts with the direct sound; its energy is 1.
 */
export function impulseResponse(room: Room, sampleRateHz: number): Float64Array<ArrayBuffer> {
  const random = seededRandom(room.seed);
  const kept = reflection(room);
  const reach = SPEED_OF_SOUND * room.reverberationSeconds;
  const axes = ([0, 1, 2] as const).map(axis =>
    imagesAlong(room.size[axis], room.source[axis], room.microphone[axis], reach),
  );
  const [alongX = [], alongY = [], alongZ = []] = axes;
  const direct = Math.hypot(...room.source.map((place, axis) => place - (room.microphone[axis] ?? 0)));
  const response = new Float64Array(Math.ceil(room.reverberationSeconds * sampleRateHz));
  for (const x of alongX)
    for (const y of alongY)
      for (const z of alongZ) {
        const walls = x.mirrored + y.mirrored + z.mirrored;
        const moved = walls === 0 ? 0 : (random.uniform() - 0.5) * 2 * IMAGE_SPREAD_METRES;
        const metres = Math.max(direct, Math.hypot(x.distance, y.distance, z.distance) + moved);
        const sample = Math.round(((metres - direct) / SPEED_OF_SOUND) * sampleRateHz);
        if (sample < response.length) response[sample] = (response[sample] ?? 0) + kept ** walls / metres;
      }
  const energy = response.reduce((sum, value) => sum + value * value, 0);
  return response.map(value => value / Math.sqrt(energy));
}
