import type { OpenCall, Peaks } from '@secure-call/player';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { drawnWave, type Bar, type DrawnLayer } from './drawn-bars.ts';
import { emulateFeature, emulatePixelRatio } from './emulation.ts';
import { mount, patiently, type Mounted } from './mount.ts';
import { samplePeaks } from './sample-peaks.ts';
import { sampleCall, sampleChannel } from './sample-states.ts';

/** The caller speaks in the first half of a minute, the nurse in the second; nobody in the middle. */
const turns = samplePeaks(
  60,
  seconds => (seconds < 25 ? 100 : 0),
  seconds => (seconds >= 35 ? 100 : 0),
);

function show(peaks: Peaks, change: Partial<OpenCall> = {}): Mounted {
  const mounted = mount({
    status: 'playing',
    ...sampleCall({ positionSeconds: 30, durationSeconds: 60, ...change }),
  });
  mounted.player.peaks = peaks;
  mounted.player.become(mounted.player.state);
  return mounted;
}

/** Bars of the columns that lie in a part of the recording, given in shares of its length. */
function part({ bars }: DrawnLayer, from: number, to: number): readonly Bar[] {
  return bars.slice(Math.ceil(from * bars.length), Math.floor(to * bars.length));
}

const heightOf = ({ rows }: Bar): number => (rows === undefined ? 0 : rows[1] - rows[0] + 1);
const highest = (bars: readonly Bar[]): number => Math.max(...bars.map(heightOf));

describe('lanes', () => {
  it('the caller speaks upwards, the nurse downwards, and silence draws nothing', async () => {
    const { played } = await drawnWave(show(turns).root);
    for (const { rows } of part(played, 0.02, 0.4)) expect(rows?.[1]).toBeLessThan(played.middle);
    for (const { rows } of part(played, 0.6, 0.98)) expect(rows?.[0]).toBeGreaterThanOrEqual(played.middle);
    expect(part(played, 0.43, 0.57).every(({ rows }) => rows === undefined)).toBe(true);
  });

  it('two pixels every three, sharp', async () => {
    const { played } = await drawnWave(show(turns).root);
    for (const bar of part(played, 0.02, 0.4)) expect(bar).toMatchObject({ width: 2, isSharp: true });
    expect(played.bars).toHaveLength(Math.floor((played.canvas.width + 1) / 3));
  });

  it('the caller is above on whichever channel they were recorded', async () => {
    const channels = [sampleChannel('nurse'), sampleChannel('caller')];
    const { played } = await drawnWave(show(turns, { channels }).root);
    for (const { rows } of part(played, 0.02, 0.4)) expect(rows?.[0]).toBeGreaterThanOrEqual(played.middle);
    for (const { rows } of part(played, 0.6, 0.98)) expect(rows?.[1]).toBeLessThan(played.middle);
  });

  it('one channel is mirrored on the axis, in ink', async () => {
    const peaks = samplePeaks(60, seconds => 20 + seconds);
    const { played } = await drawnWave(show(peaks, { channels: [sampleChannel('both')] }).root);
    for (const { rows, colour } of part(played, 0, 1)) {
      expect(colour).toEqual([22, 32, 42]);
      const [above, below] = [played.middle - (rows?.[0] ?? 0), (rows?.[1] ?? 0) - played.middle];
      expect(Math.abs(above - below)).toBeLessThanOrEqual(2);
    }
  });

  it('three channels are stacked', async () => {
    const third = (index: number) => (seconds: number) => (Math.floor(seconds / 20) === index ? 100 : 0);
    const channels = ['caller', 'nurse', 'interpreter'].map(role => sampleChannel(role));
    const { played } = await drawnWave(
      show(samplePeaks(60, third(0), third(1), third(2)), { channels }).root,
    );
    const { height } = played.canvas;
    for (const lane of [0, 1, 2]) {
      for (const { rows } of part(played, lane / 3 + 0.02, (lane + 1) / 3 - 0.02)) {
        expect(rows?.[0]).toBeGreaterThanOrEqual(Math.floor((lane * height) / 3));
        expect(rows?.[1]).toBeLessThan(((lane + 1) * height) / 3);
      }
    }
  });

  it('run left to right in every direction, and the voices change sides', async () => {
    const { element, root } = show(turns);
    const sides = (): readonly (number | undefined)[] =>
      ['.channels', '.seek'].map(selector => root.querySelector(selector)?.getBoundingClientRect().left);
    const [voices = 0, line = 0] = sides();
    expect(voices).toBeLessThan(line);
    element.dir = 'rtl';
    const [voicesThen = 0, lineThen = 0] = sides();
    expect(voicesThen).toBeGreaterThan(lineThen);
    const { played } = await drawnWave(root);
    expect(highest(part(played, 0, 0.4))).toBeGreaterThan(0);
    for (const { rows } of part(played, 0.02, 0.4)) expect(rows?.[1]).toBeLessThan(played.middle);
  });
});

describe('many voices', () => {
  it('have a lane of their own each, as high as its controls', async () => {
    const channels = Array.from({ length: 8 }, (_, index) => sampleChannel(`person ${index + 1}`));
    const levels = channels.map(() => () => 100);
    const { root } = show(samplePeaks(60, ...levels), { channels });
    await drawnWave(root);
    const lanes = root.querySelector('.wave')?.getBoundingClientRect();
    const voices = Array.from(root.querySelectorAll('.channel'), voice => voice.getBoundingClientRect());
    for (const [index, voice] of voices.entries()) {
      const lane = (lanes?.top ?? 0) + ((index + 0.5) * (lanes?.height ?? 0)) / 8;
      expect(Math.abs((voice.top + voice.bottom) / 2 - lane)).toBeLessThanOrEqual(1);
    }
  });
});

describe('loudness', () => {
  /** Speech with a peak value: syllables between half of it and all of it. */
  const speech = (peak: number) => (seconds: number) => peak * (0.75 + 0.25 * Math.sin(7 * seconds));

  it('telephone speech fills the lanes, and who speaks more quietly is drawn lower', async () => {
    const { played } = await drawnWave(show(samplePeaks(60, speech(80), speech(40))).root);
    const [lane, caller, nurse] = [
      played.middle,
      Math.max(...heights(played, 'up')),
      Math.max(...heights(played, 'down')),
    ];
    expect(caller / lane).toBeGreaterThan(0.85);
    expect(nurse / caller).toBeGreaterThan(0.4);
    expect(nurse / caller).toBeLessThan(0.65);
  });

  it('noise on the line and echo of the other side are silence', async () => {
    const echo = (seconds: number): number => speech(80)(seconds) / 32;
    const { played } = await drawnWave(show(samplePeaks(60, speech(80), echo)).root);
    expect(Math.max(...heights(played, 'down'))).toBe(0);
    const noise = await drawnWave(
      show(
        samplePeaks(
          60,
          () => 2,
          () => 3,
        ),
      ).root,
    );
    expect(highest(noise.played.bars)).toBe(0);
  });

  /** How far bars reach from the axis. */
  function heights({ bars, middle }: DrawnLayer, direction: 'up' | 'down'): readonly number[] {
    return bars.map(({ rows }) => {
      if (rows === undefined) return 0;
      return Math.max(0, direction === 'up' ? middle - rows[0] : rows[1] + 1 - middle);
    });
  }
});

describe('colours', () => {
  /** Of caller and nurse, in both layers. */
  async function colours(root: ShadowRoot): Promise<readonly unknown[]> {
    const { played, toCome } = await drawnWave(root);
    return [played, toCome].flatMap(layer =>
      [part(layer, 0.1, 0.4), part(layer, 0.6, 0.9)].map(bars => bars[0]?.colour),
    );
  }
  const light = [
    [166, 72, 15],
    [15, 94, 128],
    [188, 114, 58],
    [78, 139, 166],
  ];
  const dark = [
    [242, 162, 104],
    [124, 196, 228],
    [166, 111, 70],
    [69, 127, 154],
  ];

  it('follow the theme while the call is open', async () => {
    const { element, root } = show(turns);
    element.style.colorScheme = 'light';
    expect(await colours(root)).toEqual(light);
    element.style.colorScheme = 'dark';
    await expect.poll(() => colours(root), patiently).toEqual(dark);
    await emulateFeature('prefers-color-scheme', 'light');
    element.style.colorScheme = 'light dark';
    await expect.poll(() => colours(root), patiently).toEqual(light);
    await emulateFeature('prefers-color-scheme', 'dark');
    await expect.poll(() => colours(root), patiently).toEqual(dark);
  });

  it("are the host's, whenever and wherever it sets them", async () => {
    const { element, root } = show(turns);
    element.style.colorScheme = 'light';
    expect(await colours(root)).toEqual(light);
    document.body.style.setProperty('--scp-caller', 'rgb(1 2 3)');
    await expect.poll(() => colours(root), patiently).toEqual([[1, 2, 3], ...light.slice(1)]);
    document.body.removeAttribute('style');
    await expect.poll(() => colours(root), patiently).toEqual(light);
  });

  it("become the system's, told apart by width, under forced colours", async () => {
    await emulateFeature('forced-colors', 'active');
    const { root } = show(turns);
    const [text, grey] = ['CanvasText', 'GrayText'].map(systemColour);
    expect(await colours(root)).toEqual([text, text, grey, grey]);
    const { played, toCome } = await drawnWave(root);
    expect(part(played, 0.1, 0.4)[0]?.width).toBe(2);
    expect(part(toCome, 0.1, 0.4)[0]?.width).toBe(1);
  });

  it('are as strong to come as played where more contrast is wanted, and thinner', async () => {
    await emulateFeature('prefers-contrast', 'more');
    const { element, root } = show(turns);
    element.style.colorScheme = 'light';
    await expect.poll(() => colours(root), patiently).toEqual([...light.slice(0, 2), ...light.slice(0, 2)]);
    const { toCome } = await drawnWave(root);
    expect(part(toCome, 0.1, 0.4)[0]?.width).toBe(1);
  });

  function systemColour(name: string): readonly number[] {
    const probe = document.createElement('span');
    probe.style.cssText = `color: ${name}; forced-color-adjust: none`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return (color.match(/\d+/g) ?? []).map(Number);
  }
});

describe('screens', () => {
  it('with more pixels get sharp bars of more pixels, also when the window moves there', async () => {
    const asked = vi.spyOn(globalThis, 'matchMedia');
    onTestFinished(() => asked.mockRestore());
    const { root } = show(turns);
    const before = await drawnWave(root);
    await emulatePixelRatio(2);
    // Chromium tells frames nothing of an emulated ratio, so the test does.
    const queries = asked.mock.results.map(({ value }): unknown => value);
    for (const value of queries)
      if (value instanceof MediaQueryList && value.media.includes('resolution'))
        value.dispatchEvent(new Event('change'));
    const { played } = await drawnWave(root);
    expect(played.canvas.width).toBe(2 * (root.querySelector('.wave')?.clientWidth ?? 0));
    for (const bar of part(played, 0.02, 0.4)) expect(bar).toMatchObject({ width: 4, isSharp: true });
    expect(played.bars).toHaveLength(before.played.bars.length);
  });

  it.each([
    [1000, 168],
    [390, 112],
    [320, 64],
  ])('in %i px the lanes are %i high and filled from edge to edge', async (width, height) => {
    const { element, root } = show(turns);
    element.style.inlineSize = `${width}px`;
    const { played } = await drawnWave(root);
    const wave = root.querySelector('.wave');
    expect(wave?.clientHeight).toBe(height);
    expect(played.canvas.width).toBe(wave?.clientWidth);
    expect(highest(part(played, 0.95, 1))).toBeGreaterThan(0.4 * height);
  });
});
