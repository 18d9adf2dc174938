export {
  BAND_COUNT,
  CHIP_SECONDS,
  HIGH_HZ,
  isClientBand,
  LOW_HZ,
  PERIOD_CHIPS,
  type TilePattern,
} from './tile-grid.ts';
