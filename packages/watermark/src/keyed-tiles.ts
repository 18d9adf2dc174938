import { BAND_COUNT, CLIENT_BANDS, PERIOD_CHIPS } from './tile-grid.ts';
import { CODE_SYMBOLS } from './tail-biting-code.ts';

/** Role of a tile that carries no code symbol but helps to find the beginning. */
export const SYNC = -1;

/** Role of a tile that is not this mark's. */
export const UNUSED = -2;

/** Chips in which every code symbol occurs once: any short piece of sound holds the whole id. */
const GROUP_CHIPS = 16;
const SYNC_PER_CHIP = 4;

const DATA_PER_CHIP = CLIENT_BANDS.length - SYNC_PER_CHIP;

/** What a key makes of the grid; `PERIOD_CHIPS * BAND_COUNT` values each, the bands of one moment side by side. */
export interface KeyedTiles {
  /** -1 or +1; 0 where the tile is not this mark's. */
  readonly chips: Int8Array<ArrayBuffer>;
  /** The number of the code symbol, `SYNC` or `UNUSED`. */
  readonly roles: Int16Array<ArrayBuffer>;
}

/**
 * Signs and roles of all tiles for one key. Without the key they look random (AES-256 in counter mode under a key derived
 * with HKDF, RFC 5869), so that nobody else can find, forge or subtract the mark.
 * @param key - 32 bytes
 */
export async function keyedTiles(key: Uint8Array<ArrayBuffer>): Promise<KeyedTiles> {
  const random = await keyedRandom(key);
  const chips = new Int8Array(PERIOD_CHIPS * BAND_COUNT);
  const roles = new Int16Array(PERIOD_CHIPS * BAND_COUNT).fill(UNUSED);
  for (let first = 0; first < PERIOD_CHIPS; first += GROUP_CHIPS) fillGroup(first, chips, roles, random);
  return { chips, roles };
}

function fillGroup(first: number, chips: Int8Array, roles: Int16Array, random: RandomNumbers): void {
  const symbols = shuffled(
    Array.from({ length: CODE_SYMBOLS }, (_, symbol) => symbol),
    random,
  );
  for (let chip = 0; chip < GROUP_CHIPS; chip += 1) {
    const bands = shuffled([...CLIENT_BANDS], random);
    bands.forEach((band, place) => {
      const tile = (first + chip) * BAND_COUNT + band;
      chips[tile] = random.next() < 0x8000_0000 ? -1 : 1;
      roles[tile] =
        place < SYNC_PER_CHIP ? SYNC : (symbols[chip * DATA_PER_CHIP + place - SYNC_PER_CHIP] as number);
    });
  }
}

/** Fisher and Yates; the remainder of 32 bits prefers no place by more than 2^-24. */
function shuffled(values: number[], random: RandomNumbers): number[] {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = random.next() % (last + 1);
    [values[last], values[other]] = [values[other] as number, values[last] as number];
  }
  return values;
}

interface RandomNumbers {
  /** Unsigned, 32 bits. */
  next(): number;
}

async function keyedRandom(key: Uint8Array<ArrayBuffer>): Promise<RandomNumbers> {
  const base = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveKey']);
  const info = new TextEncoder().encode('secure-call client watermark v1');
  const cipher = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info },
    base,
    { name: 'AES-CTR', length: 256 },
    false,
    ['encrypt'],
  );
  const groups = PERIOD_CHIPS / GROUP_CHIPS;
  const draws = CODE_SYMBOLS - 1 + GROUP_CHIPS * (2 * CLIENT_BANDS.length - 1);
  const zeros = new Uint8Array(groups * draws * Uint32Array.BYTES_PER_ELEMENT);
  const counter = new Uint8Array(16);
  const stream = await crypto.subtle.encrypt({ name: 'AES-CTR', counter, length: 64 }, cipher, zeros);
  const words = new DataView(stream);
  let at = 0;
  return {
    next() {
      const word = words.getUint32(at);
      at += Uint32Array.BYTES_PER_ELEMENT;
      return word;
    },
  };
}
