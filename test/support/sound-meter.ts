import type { Page } from 'playwright';

/** Measures what reaches the native destination of every document's audio graphs. Runs before any script of the page. */
function install(): void {
  type Connect = (this: AudioNode, ...args: unknown[]) => AudioNode;
  const connect = Reflect.get(AudioNode.prototype, 'connect') as Connect;
  const meters: AnalyserNode[] = [];
  const metered: Connect = function (...args) {
    if (args[0] instanceof AudioDestinationNode && this.context instanceof AudioContext) {
      const meter = new AnalyserNode(this.context, { fftSize: 8192 });
      connect.call(this, meter);
      meters.push(meter);
    }
    return connect.apply(this, args);
  };
  Reflect.set(AudioNode.prototype, 'connect', metered);
  const levelOf = (meter: AnalyserNode): number => {
    // A context that does not run keeps its last samples, which nobody hears.
    if (meter.context.state !== 'running') return 0;
    const samples = new Float32Array(meter.fftSize);
    meter.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
  };
  Reflect.set(globalThis, 'soundLevel', () => Math.max(0, ...meters.map(levelOf)));
}

/** To be called before the page is loaded. */
export const installSoundMeter = (page: Page): Promise<unknown> => page.addInitScript(install);

/** Root mean square of what sounds just now in a page and its frames; 0 in silence. */
export async function soundLevel(page: Page): Promise<number> {
  const levels = page
    .frames()
    .map(frame => frame.evaluate(() => (Reflect.get(globalThis, 'soundLevel') as () => number)()));
  return Math.max(0, ...(await Promise.all(levels)));
}
