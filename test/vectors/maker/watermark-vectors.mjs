/** Which tile of each watermark carries what, from the key or seed: a plain reading that imports nothing of the packages. */
import { createCipheriv, hkdfSync } from 'node:crypto';
import { counting, hex, sha256 } from './reference.mjs';

const BANDS = 24;
const GROUPS = 256;
const CHIPS_IN_GROUP = 16;
const SYMBOLS = 192;
const UNUSED = -2;
const SYNC = -1;

/** Big-endian words of 32 bits of AES-256-CTR's key stream. */
function drawsOf(key) {
  const cipherKey = hkdfSync('sha256', key, '', 'secure-call client watermark v1', 32);
  const cipher = createCipheriv('aes-256-ctr', Buffer.from(cipherKey), Buffer.alloc(16));
  return () => cipher.update(Buffer.alloc(4)).readUInt32BE(0);
}

/** From the last place to the second: exchange with place `draw mod (places up to here)`. */
function shuffle(list, draw) {
  for (let last = list.length - 1; last >= 1; last -= 1) {
    const other = draw() % (last + 1);
    const kept = list[last];
    list[last] = list[other];
    list[other] = kept;
  }
}

function tilesOf(key) {
  const draw = drawsOf(key);
  const columns = [];
  for (let group = 0; group < GROUPS; group += 1) {
    const symbols = [...Array(SYMBOLS).keys()];
    shuffle(symbols, draw);
    for (let chip = 0; chip < CHIPS_IN_GROUP; chip += 1) columns.push(columnOf(symbols, draw));
  }
  return columns;
}

/** Takes its symbols from the beginning of the group's. */
function columnOf(symbols, draw) {
  const bands = [...Array(BANDS).keys()].filter(band => band % 3 < 2);
  shuffle(bands, draw);
  const column = { chips: Array(BANDS).fill(0), roles: Array(BANDS).fill(UNUSED) };
  bands.forEach((band, place) => {
    column.chips[band] = draw() >= 2 ** 31 ? 1 : -1;
    column.roles[band] = place < 4 ? SYNC : symbols.shift();
  });
  return column;
}

const int16 = values => Buffer.from(Int16Array.from(values).buffer);

function vectorOf(key) {
  const columns = tilesOf(key);
  const chips = columns.flatMap(column => column.chips);
  const roles = columns.flatMap(column => column.roles);
  return {
    key: hex(key),
    firstChips: columns.slice(0, 2).map(column => column.chips),
    firstRoles: columns.slice(0, 2).map(column => column.roles),
    chipsSha256: hex(sha256(Int8Array.from(chips))),
    rolesSha256: hex(sha256(int16(roles))),
  };
}

export const watermarkTiles = () => [
  vectorOf(counting(0, 32)),
  vectorOf(Buffer.alloc(32)),
  vectorOf(sha256('secure-call test vectors: watermark key')),
];

/** One word of 16 bits for each tile of every third band, in the order of time, then of bands. */
function segmentOf(seed, index, chipCount) {
  const cipherKey = hkdfSync('sha256', seed, '', 'secure-call forensic watermark v1', 32);
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(BigInt(index));
  const cipher = createCipheriv('aes-256-ctr', Buffer.from(cipherKey), counter);
  const columns = [];
  for (let chip = 0; chip < chipCount; chip += 1) {
    const column = { common: Array(BANDS).fill(0), varying: Array(BANDS).fill(0) };
    for (let band = 2; band < BANDS; band += 3) {
      const word = cipher.update(Buffer.alloc(2)).readUInt16BE(0);
      column[word % 32768 < 9830 ? 'common' : 'varying'][band] = word >= 32768 ? 1 : -1;
    }
    columns.push(column);
  }
  return columns;
}

function segmentVector(seed, index, layout) {
  const chipCount = Math.floor((1000 * layout.segmentSamples) / layout.sampleRateHz / 48);
  const columns = segmentOf(seed, index, chipCount);
  return {
    seed: hex(seed),
    layout,
    index,
    chipCount,
    firstCommon: columns[0].common,
    firstVarying: columns[0].varying,
    commonSha256: hex(sha256(Int8Array.from(columns.flatMap(({ common }) => common)))),
    varyingSha256: hex(sha256(Int8Array.from(columns.flatMap(({ varying }) => varying)))),
  };
}

export const segmentChips = () => [
  segmentVector(counting(0, 32), 1, { sampleRateHz: 48000, segmentSamples: 94 * 1024, primingSamples: 1024 }),
  segmentVector(counting(0, 32), 21542, {
    sampleRateHz: 48000,
    segmentSamples: 94 * 1024,
    primingSamples: 1024,
  }),
  segmentVector(sha256('secure-call test vectors: watermark seed'), 2, {
    sampleRateHz: 8000,
    segmentSamples: 16 * 1024,
    primingSamples: 1024,
  }),
];
