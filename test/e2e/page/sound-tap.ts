import type { OutputReport } from '@secure-call/watermark';

/** What leaves the page's audio graphs, sample by sample, taken at the native destination. */
export interface SoundTap {
  /** Resolves when everything that is led out so far is recorded. */
  ready(): Promise<void>;
  /** Root mean square of the last `seconds`, both channels. */
  level(seconds: number): number;
  /** Forgets what was recorded. */
  clear(): void;
  /** Everything since the last clear. */
  recording(): { left: Float32Array; right: Float32Array; sampleRateHz: number };
  /** The same, quantum by quantum, with what went into the worklet. */
  readonly quanta: readonly Quantum[];
  /** What the worklet's guard told its page. */
  readonly told: readonly OutputReport[];
}

/** Sound of one rendered quantum; `into` is empty as long as nothing goes into a worklet. */
export type Quantum = readonly [
  left: Float32Array,
  right: Float32Array,
  intoLeft: Float32Array,
  intoRight: Float32Array,
  frame: number,
];

/** Quanta come every 3 ms; so long without one means that no context runs. */
const CLOSED_MS = 150;

/** Wraps `AudioNode.connect`, so that whatever reaches a destination is also recorded. Install before the player loads. */
export function installSoundTap(workletUrl: string): SoundTap {
  let quanta: Quantum[] = [];
  const told: OutputReport[] = [];
  let heardAt = -Infinity;
  let sampleRateHz = 0;
  // Kept apart from its object on purpose: it is called on whichever node is being connected.
  const connect = Reflect.get(AudioNode.prototype, 'connect') as (...args: unknown[]) => AudioNode;
  /** One for each context: an engine may connect several nodes to its output, which then sounds as their sum. */
  const taps = new WeakMap<BaseAudioContext, Promise<AudioNode>>();
  /** Of each context, the worklet that sound was led into first. */
  const marked = new WeakSet<BaseAudioContext>();
  const createTap = async (context: BaseAudioContext): Promise<AudioNode> => {
    sampleRateHz = context.sampleRate;
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, 'sound-tap', {
      numberOfInputs: 2,
      channelCount: 2,
      channelCountMode: 'explicit',
    });
    node.port.onmessage = ({ data }: MessageEvent<Quantum>) => {
      heardAt = performance.now();
      quanta.push(data);
    };
    connect.call(node, context.destination);
    return node;
  };
  let tapped = Promise.resolve();
  const tap = (source: AudioNode, input: 0 | 1): void => {
    const node = taps.get(source.context) ?? createTap(source.context);
    taps.set(source.context, node);
    tapped = Promise.all([node, tapped]).then(
      ([to]) => void connect.call(source, to, 0, input),
      // The context was closed meanwhile: there is nothing to record.
      () => undefined,
    );
  };
  const listen = (source: AudioNode): void => {
    if (!(source instanceof AudioWorkletNode)) return;
    source.port.addEventListener('message', ({ data }: MessageEvent<OutputReport>) => {
      told.push(data);
    });
  };
  AudioNode.prototype.connect = function patched(this: AudioNode, ...args: unknown[]) {
    const [to] = args;
    if (to instanceof AudioDestinationNode && !(this.context instanceof OfflineAudioContext)) {
      tap(this, 0);
      listen(this);
    } else if (to instanceof AudioWorkletNode && !marked.has(this.context)) {
      marked.add(this.context);
      tap(this, 1);
    }
    return connect.apply(this, args);
  };
  const joined = (channel: 0 | 1, from = 0): Float32Array => {
    const some = quanta.slice(from);
    const whole = new Float32Array(some.length * 128);
    some.forEach((quantum, place) => whole.set(quantum[channel], place * 128));
    return whole;
  };
  return {
    ready: () => tapped,
    level: seconds => {
      // A context that was closed renders nothing more: that is silence too.
      if (performance.now() - heardAt > CLOSED_MS) return 0;
      const from = Math.max(0, quanta.length - Math.ceil((seconds * sampleRateHz) / 128));
      const samples = [...joined(0, from), ...joined(1, from)];
      return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length));
    },
    clear: () => {
      quanta = [];
    },
    recording: () => ({ left: joined(0), right: joined(1), sampleRateHz }),
    get quanta() {
      return quanta;
    },
    told,
  };
}
