export { clientPattern } from './client-pattern.ts';
export { embedPattern } from './embed-pattern.ts';
export { Embedder, type EmbedderOptions } from './embedder.ts';
export {
  BAND_COUNT,
  CHIP_SECONDS,
  HIGH_HZ,
  isClientBand,
  LOW_HZ,
  PERIOD_CHIPS,
  type TilePattern,
} from './tile-grid.ts';
export {
  GUARD_NAME,
  MARKED_CHANNELS,
  MARKER_NAME,
  type MarkerOptions,
  type OutputReport,
} from './worklet/worklet-contract.ts';
