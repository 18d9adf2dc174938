import type { Peaks } from '@secure-call/player';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { page } from 'vitest/browser';
import { drawnWave, nextFrames } from './drawn-bars.ts';
import { collectGarbage, emulateFeature } from './emulation.ts';
import { mount, patiently, type Mounted } from './mount.ts';
import { conversationPeaks, samplePeaks } from './sample-peaks.ts';
import { sampleCall, sampleChannel, sampleStates } from './sample-states.ts';

/** How often something was drawn. */
let drawings: () => number;
let bars: () => number;

beforeEach(() => {
  const fill = vi.spyOn(CanvasRenderingContext2D.prototype, 'fill');
  const bar = vi.spyOn(CanvasRenderingContext2D.prototype, 'roundRect');
  onTestFinished(() => [fill, bar].forEach(spy => spy.mockRestore()));
  drawings = () => fill.mock.calls.length;
  bars = () => bar.mock.calls.length;
});

/** Each of two lanes in each of two colours, in the lanes and in the overview. */
const oneDrawing = 8;

function show(peaks: Peaks, durationSeconds = 758): Mounted {
  const mounted = mount({ status: 'playing', ...sampleCall({ durationSeconds }) });
  mounted.player.peaks = peaks;
  mounted.player.become(mounted.player.state);
  return mounted;
}

describe('drawing', () => {
  it('happens once, and not again while the sound moves on and nothing else changes', async () => {
    const { player } = show(conversationPeaks(758));
    await nextFrames(5);
    expect(drawings()).toBe(oneDrawing);
    for (let positionSeconds = 243; positionSeconds < 300; positionSeconds += 0.25)
      player.become({ status: 'playing', ...sampleCall({ positionSeconds }) });
    player.become({ status: 'paused', ...sampleCall({ positionSeconds: 240, volume: 0.2 }) });
    await nextFrames(5);
    expect(drawings()).toBe(oneDrawing);
    player.become({ status: 'paused', ...sampleCall({ positionSeconds: 12 }) });
    await nextFrames(5);
    expect(drawings(), 'only the lanes show another part').toBe(1.5 * oneDrawing);
  });

  it('happens again for another width, and for other colours', async () => {
    const { element } = show(conversationPeaks(758));
    await nextFrames(5);
    element.style.inlineSize = '500px';
    await expect.poll(drawings, patiently).toBe(2 * oneDrawing);
    element.style.setProperty('--scp-nurse', 'teal');
    await expect.poll(drawings, patiently).toBe(3 * oneDrawing);
  });

  it('writes nothing to the page while the playhead stays on its pixel', async () => {
    const { player, root } = show(conversationPeaks(758));
    await nextFrames(5);
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver(records => changes.push(...records));
    const line = root.querySelector('.line');
    if (line)
      observer.observe(line, { attributes: true, childList: true, characterData: true, subtree: true });
    onTestFinished(() => observer.disconnect());
    player.become({ status: 'playing', ...sampleCall({ positionSeconds: 243.1 }) });
    await nextFrames(2);
    expect(changes).toEqual([]);
    player.become({ status: 'playing', ...sampleCall({ positionSeconds: 249 }) });
    await nextFrames(2);
    expect(changes.length).toBeGreaterThan(0);
  });

  it('reads three hours once for their loudness and once for each width', async () => {
    const hours = 3 * 3600;
    const plain = samplePeaks(
      hours,
      seconds => 60 + (seconds % 40),
      seconds => 90 - (seconds % 30),
    );
    let reads = 0;
    const each = (target: Uint8Array) =>
      function* (): Generator<number> {
        for (const value of target) {
          reads += 1;
          yield value;
        }
      };
    const counted = plain.channels.map(
      channel =>
        new Proxy(channel, {
          get: (target, key) => {
            if (key === Symbol.iterator) return each(target);
            if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
            return Reflect.get(target, key) as unknown;
          },
        }),
    );
    const { element } = show({ ...plain, channels: counted }, hours);
    await expect.poll(drawings, patiently).toBe(oneDrawing);
    const all = 2 * 20 * hours;
    expect(reads).toBeGreaterThan(all);
    // The overview is the whole recording; the lanes are a part of it.
    const part = 0.1 * all;
    expect(reads).toBeLessThanOrEqual(2 * all + part);
    expect(bars()).toBeLessThanOrEqual(oneDrawing * 300);
    element.style.inlineSize = '500px';
    await expect.poll(drawings, patiently).toBe(2 * oneDrawing);
    expect(reads).toBeLessThanOrEqual(3 * all + 2 * part);
    element.style.setProperty('--scp-caller', 'teal');
    await expect.poll(drawings, patiently).toBe(3 * oneDrawing);
    expect(reads).toBeLessThanOrEqual(3 * all + 2 * part);
  });
});

describe('the playhead', () => {
  it('moves by whole seconds where less motion is wanted', async () => {
    await emulateFeature('prefers-reduced-motion', 'reduce');
    const { player, root } = show(conversationPeaks(60), 60);
    const at = (positionSeconds: number): number | undefined => {
      player.become({ status: 'playing', ...sampleCall({ positionSeconds, durationSeconds: 60 }) });
      return root.querySelector('.playhead')?.getBoundingClientRect().left;
    };
    await nextFrames(2);
    const first = at(20);
    expect(at(20.9)).toBe(first);
    expect(at(21)).toBeGreaterThan(first ?? 0);
  });

  it('parts what was played from what is to come, as seen on the screen', async () => {
    const loud = samplePeaks(
      100,
      () => 200,
      () => 200,
    );
    const { element, player, root } = show(loud, 100);
    element.style.colorScheme = 'light';
    const at = (positionSeconds: number): void =>
      player.become({ status: 'playing', ...sampleCall({ positionSeconds, durationSeconds: 100 }) });
    at(30);
    await drawnWave(root);
    expect(await coloursSeen(root, [0.1, 0.25, 0.35, 0.9])).toEqual([
      'played',
      'played',
      'to come',
      'to come',
    ]);
    at(80);
    await nextFrames(2);
    expect(await coloursSeen(root, [0.1, 0.35, 0.75, 0.9])).toEqual([
      'played',
      'played',
      'played',
      'to come',
    ]);
  });

  const known = new Map([
    ['166,72,15', 'played'],
    ['188,114,58', 'to come'],
  ]);

  /** What a screenshot shows in the middle of the caller's lane, at shares of its width. */
  async function coloursSeen(root: ShadowRoot, shares: readonly number[]): Promise<(string | undefined)[]> {
    const wave = root.querySelector('.wave');
    if (wave === null) throw new Error('No waveform is shown.');
    const base64 = await page.screenshot({ element: wave, save: false });
    const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
    const picture = await createImageBitmap(blob);
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    context?.drawImage(picture, 0, 0);
    const row = context?.getImageData(0, Math.floor(picture.height / 4), picture.width, 1).data;
    return shares.map(share => {
      const from = Math.floor(share * picture.width);
      const pixels = Array.from({ length: 30 }, (_, x) =>
        row?.slice(4 * (from + x), 4 * (from + x) + 3).join(),
      );
      return pixels.map(pixel => known.get(pixel ?? '')).find(name => name !== undefined);
    });
  }
});

describe('peaks', () => {
  it('take no room of their own when they arrive: the flat line has kept it', async () => {
    const { element, player, root } = mount({ status: 'playing', ...sampleCall() });
    await nextFrames(2);
    expect(root.querySelector('canvas')).toBeNull();
    expect(root.querySelector('.axis .played')?.getBoundingClientRect().height).toBe(3);
    const before = element.getBoundingClientRect().toJSON() as unknown;
    player.peaks = conversationPeaks(758);
    player.become({ status: 'playing', ...sampleCall() });
    await drawnWave(root);
    expect(element.getBoundingClientRect().toJSON()).toEqual(before);
    expect(root.querySelector('.axis .played')?.getBoundingClientRect().height).toBe(0);
  });

  it.each(['offline', 'audit-blocked', 'damaged'])('%s: stay on the screen, faint', async name => {
    const { player, root } = show(conversationPeaks(758));
    await drawnWave(root);
    player.become(sampleStates()[name] ?? { status: 'idle' });
    const { toCome } = await drawnWave(root);
    expect(toCome.bars.some(({ rows }) => rows !== undefined)).toBe(true);
    const line = root.querySelector('.waiting-line');
    expect(line && getComputedStyle(line).opacity).toBe('0.42');
  });

  it.each(['offline', 'damaged'])('%s: a flat line where the player has dropped them', async name => {
    const { player, root } = show(conversationPeaks(758));
    player.peaks = undefined;
    player.become(sampleStates()[name] ?? { status: 'idle' });
    await nextFrames(3);
    expect(root.querySelector('canvas')).toBeNull();
    expect(root.querySelector('.waiting-line .axis')).toBeVisible();
  });

  it.each(['locked', 'denied', 'expired', 'revoked'])('%s: nothing is left of them', async name => {
    const mounted = show(conversationPeaks(758));
    const { player, root } = mounted;
    const { played, toCome } = await drawnWave(root);
    const canvases = [played.canvas, toCome.canvas];
    const forgotten = (player.peaks?.channels ?? []).map(channel => new WeakRef(channel));
    player.peaks = undefined;
    player.become(sampleStates()[name] ?? { status: 'idle' });
    expect(root.querySelector('canvas, .wave')).toBeNull();
    expect(canvases.map(({ width, height }) => width * height)).toEqual([0, 0]);
    expect(root.querySelector('.sealed')).toBeVisible();
    await expect
      .poll(async () => {
        await collectGarbage();
        return forgotten.map(channel => channel.deref());
      }, patiently)
      .toEqual([undefined, undefined]);
    expect(mounted.element.isConnected).toBe(true);
  });

  it('are drawn again after unlocking', async () => {
    const { player, root } = show(conversationPeaks(758));
    await drawnWave(root);
    player.peaks = undefined;
    player.become(sampleStates()['locked'] ?? { status: 'idle' });
    player.become({ status: 'paused', ...sampleCall() });
    await nextFrames(3);
    expect(root.querySelector('canvas')).toBeNull();
    player.peaks = conversationPeaks(758);
    player.become({ status: 'paused', ...sampleCall() });
    await drawnWave(root);
  });

  it('of another player replace those of the last', async () => {
    const { element, root } = show(
      samplePeaks(
        758,
        () => 100,
        () => 0,
      ),
    );
    const first = await drawnWave(root);
    const other = show(
      samplePeaks(
        758,
        () => 0,
        () => 100,
      ),
    ).player;
    other.become({
      status: 'playing',
      ...sampleCall({ channels: [sampleChannel('caller'), sampleChannel('nurse')] }),
    });
    element.player = other;
    const second = await drawnWave(root);
    expect(first.played.bars[10]?.rows?.[1]).toBeLessThan(first.played.middle);
    expect(second.played.bars[10]?.rows?.[0]).toBeGreaterThanOrEqual(second.played.middle);
  });
});
