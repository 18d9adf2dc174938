/** What leaves the page's audio graphs right now, told by side. */
export interface OutputEars {
  /** Root mean square of the newest samples, about three milliseconds. */
  level(side: 'left' | 'right'): number;
}

/** One render quantum is 128 samples; the analyser sees whole ones only. */
const SAMPLES = 128;

/**
 * Wraps `AudioNode.connect`, so that whatever reaches a destination is also analysed. Unlike a worklet an analyser is there
 * at once and costs no message: it delays no start. Install before the player loads.
 */
export function installOutputEars(): OutputEars {
  // Kept apart from its object on purpose: it is called on whichever node is being connected.
  const connect = Reflect.get(AudioNode.prototype, 'connect') as (...args: unknown[]) => AudioNode;
  let analysers: readonly AnalyserNode[] = [];
  const samples = new Float32Array(SAMPLES);
  const listenTo = (source: AudioNode): void => {
    const splitter = new ChannelSplitterNode(source.context, { numberOfOutputs: 2 });
    connect.call(source, splitter);
    analysers = [0, 1].map(side => {
      const analyser = new AnalyserNode(source.context, { fftSize: SAMPLES });
      connect.call(splitter, analyser, side);
      return analyser;
    });
  };
  AudioNode.prototype.connect = function patched(this: AudioNode, ...args: unknown[]) {
    if (args[0] instanceof AudioDestinationNode) listenTo(this);
    return connect.apply(this, args);
  };
  return {
    level: side => {
      const analyser = analysers[side === 'left' ? 0 : 1];
      if (!analyser) return 0;
      analyser.getFloatTimeDomainData(samples);
      return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / SAMPLES);
    },
  };
}
