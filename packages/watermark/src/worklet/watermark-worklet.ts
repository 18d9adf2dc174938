import { MarkedQuantum } from './marked-quantum.ts';
import { OutputGuard } from './output-guard.ts';
import { WatermarkMarker } from './watermark-marker.ts';
import { GUARD_NAME, MARKER_NAME, type MarkerOptions } from './worklet-contract.ts';

// Each audio context has a scope of its own, and each player a context: marker and guard of one player meet here.
const quantum = new MarkedQuantum();

registerProcessor(
  MARKER_NAME,
  class extends WatermarkMarker {
    constructor({ processorOptions }: { readonly processorOptions: MarkerOptions }) {
      super(processorOptions, quantum);
    }
  },
);

registerProcessor(
  GUARD_NAME,
  class extends OutputGuard {
    constructor() {
      super(quantum);
    }
  },
);
