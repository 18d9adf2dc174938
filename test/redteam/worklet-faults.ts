/** What an attacker puts before the watermark's file: `after` seconds of sound it replaces what a processor does. */
function changed(node: string, after: number, instead: string): string {
  return `
    const register = registerProcessor;
    let since;
    globalThis.registerProcessor = (name, Processor) => register(name, name !== '${node}' ? Processor :
      class extends Processor {
        process(inputs, outputs) {
          const [input] = inputs[0] ?? [];
          if (since === undefined && input?.some(sample => Math.abs(sample) > 0.01)) since = currentTime;
          if (since === undefined || currentTime < since + ${after}) return super.process(inputs, outputs);
          ${instead}
          return true;
        }
      });
  `;
}

const MARKER = 'secure-call-watermark';
const GUARD = 'secure-call-watermark-guard';
const AFTER_SECONDS = 2;

/** Faults of the worklet while it plays, as text to put before its file. */
export const worklets: Readonly<Record<string, string>> = {
  'the marker throws': changed(MARKER, AFTER_SECONDS, `throw new Error('out of order');`),
  'the marker stands still': changed(MARKER, AFTER_SECONDS, ''),
  'the marker hands the sound on as it is': changed(
    MARKER,
    AFTER_SECONDS,
    `inputs[0].forEach((samples, channel) => outputs[0][channel].set(samples));`,
  ),
  'the guard throws': changed(GUARD, AFTER_SECONDS, `throw new Error('out of order');`),
  'the guard tells nothing and lets everything pass': changed(
    GUARD,
    AFTER_SECONDS,
    `inputs[0].forEach((samples, channel) => outputs[0][channel].set(samples));`,
  ),
};

declare global {
  interface Window {
    /** Wires the audio graph anew. */
    rewire: (how: 'around' | 'off') => void;
  }
}

/** Runs in the page before its scripts: learns how the player wires its nodes, to wire them otherwise. */
export function learnWiring(): void {
  const wires: { from: AudioNode; to: AudioNode }[] = [];
  // Kept apart from its object on purpose: it is called on whichever node is being connected.
  const connect = Reflect.get(AudioNode.prototype, 'connect') as (...args: unknown[]) => AudioNode;
  AudioNode.prototype.connect = function learnt(this: AudioNode, ...args: unknown[]) {
    const [to] = args;
    if (to instanceof AudioNode) wires.push({ from: this, to });
    return connect.apply(this, args);
  };
  window.rewire = how => {
    // Of the worklets the marker alone leads into the gate, which is a gain.
    const intoMarker = wires.find(
      ({ to }) =>
        to instanceof AudioWorkletNode && wires.some(next => next.from === to && next.to instanceof GainNode),
    );
    const outOfMarker = wires.find(({ from, to }) => from === intoMarker?.to && to instanceof GainNode);
    if (!intoMarker || !outOfMarker) throw new Error('No sound goes through a worklet.');
    outOfMarker.from.disconnect(outOfMarker.to);
    if (how === 'around') connect.call(intoMarker.from, outOfMarker.to);
  };
}
