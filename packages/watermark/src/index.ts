export { clientPattern } from './client-pattern.ts';
export { embedPattern } from './embed-pattern.ts';
export { embedVariants, type SoundBlock, type VariantBlocks } from './embed-variants.ts';
export { Embedder, type EmbedderOptions } from './embedder.ts';
export {
  chipsPerSegment,
  ChipSource,
  type SegmentChips,
  type SegmentLayout,
  segmentStartSeconds,
} from './segment-chips.ts';
export {
  BAND_COUNT,
  CHIP_SECONDS,
  FORENSIC_BANDS,
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
