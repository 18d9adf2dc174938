import type { StoredLayer } from './trained-network.ts';

export const CHIP_WEIGHTS: readonly StoredLayer[] = [];
