/**
 * What hosts may expect of anything that plays, from the HTML standard's section on media elements (4.8.11). The same tests
 * run on the browser's own media element, so that they ask for nothing it does not do either.
 */
import { describe, expect, onTestFinished, test } from 'vitest';
import { type MediaSubject, nativeAudio, openCall } from './media-subjects.ts';

const NAMES = [
  'play',
  'playing',
  'pause',
  'seeking',
  'seeked',
  'timeupdate',
  'ratechange',
  'volumechange',
  'ended',
];

/** What codecs round an end to: one frame of AAC at 8 kHz. */
const FRAME_SECONDS = 0.128;

/** Names of the events that are fired from now on. */
function eventsOf(media: MediaSubject, ...without: string[]): string[] {
  const seen: string[] = [];
  for (const name of NAMES.filter(one => !without.includes(one))) {
    const listener = (): void => void seen.push(name);
    media.addEventListener(name, listener);
    onTestFinished(() => media.removeEventListener(name, listener));
  }
  return seen;
}

const FACTS = [
  'paused',
  'ended',
  'seeking',
  'currentTime',
  'volume',
  'muted',
  'playbackRate',
  'preservesPitch',
] as const;

/** What it says of itself, apart from its node, which would fill a page where a test fails. */
const facts = (media: MediaSubject): Record<string, unknown> =>
  Object.fromEntries(FACTS.map(name => [name, media[name]]));

const next = (media: MediaSubject, name: string): Promise<Event> =>
  new Promise(resolve => media.addEventListener(name, resolve, { once: true }));

/** Until whatever is queued now has been done. */
const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

async function seek(media: MediaSubject, seconds: number): Promise<void> {
  const seeked = next(media, 'seeked');
  media.currentTime = seconds;
  await seeked;
}

describe.each([
  ['the browser’s media element', nativeAudio],
  ['<secure-call-player>', openCall],
])('%s', (_, subject) => {
  test('is paused at the beginning when it is ready', async () => {
    const media = await subject();
    expect(facts(media)).toEqual({
      paused: true,
      ended: false,
      seeking: false,
      currentTime: 0,
      volume: 1,
      muted: false,
      playbackRate: 1,
      preservesPitch: true,
    });
    expect(media.duration).toBeGreaterThan(19);
    expect(media.duration).toBeLessThan(21);
  });

  test('play() counts at once; `play` comes, then `playing`, and its promise resolves', async () => {
    const media = await subject();
    const seen = eventsOf(media, 'timeupdate');
    const promise = media.play();
    expect(media.paused).toBe(false);
    expect(seen).toEqual([]);
    await expect(promise).resolves.toBeUndefined();
    await expect.poll(() => seen).toEqual(['play', 'playing']);
    await expect(media.play()).resolves.toBeUndefined();
    await settled();
    expect(seen).toEqual(['play', 'playing']);
  });

  test('time goes on while it plays, and `timeupdate` says so at least four times a second', async () => {
    const media = await subject();
    const seen = eventsOf(media);
    await media.play();
    const from = media.currentTime;
    await expect.poll(() => media.currentTime, { timeout: 20_000 }).toBeGreaterThan(from + 2);
    const passed = media.currentTime - from;
    expect(seen.filter(name => name === 'timeupdate').length).toBeGreaterThanOrEqual(passed * 3);
  });

  test('pause() counts at once; `timeupdate` comes, then `pause`, and time stands still', async () => {
    const media = await subject();
    await media.play();
    await next(media, 'timeupdate');
    const seen = eventsOf(media);
    media.pause();
    expect(media.paused).toBe(true);
    expect(seen).toEqual([]);
    await next(media, 'pause');
    expect(seen.slice(-2)).toEqual(['timeupdate', 'pause']);
    const stopped = media.currentTime;
    media.pause();
    await settled();
    expect(seen.filter(name => name === 'pause')).toHaveLength(1);
    expect(media.currentTime).toBeCloseTo(stopped, 1);
  });

  test('a play() that is paused at once comes to an end, paused', async () => {
    const media = await subject();
    const seen = eventsOf(media, 'timeupdate', 'playing');
    const promise = media.play();
    media.pause();
    expect(media.paused).toBe(true);
    await promise.catch((error: unknown) => expect(error).toMatchObject({ name: 'AbortError' }));
    await expect.poll(() => seen).toEqual(['play', 'pause']);
    expect(media.paused).toBe(true);
  });

  test('a jump counts at once; `seeking` comes, then `timeupdate`, then `seeked`', async () => {
    const media = await subject();
    const seen = eventsOf(media);
    const done = next(media, 'seeked');
    media.currentTime = 7.5;
    expect(media.currentTime).toBe(7.5);
    expect(media.seeking).toBe(true);
    expect(seen).toEqual([]);
    await done;
    expect(seen).toEqual(['seeking', 'timeupdate', 'seeked']);
    expect(media.seeking).toBe(false);
    expect(media.currentTime).toBeCloseTo(7.5, 1);
    expect(media.paused).toBe(true);
  });

  test('a jump while it plays goes on playing', async () => {
    const media = await subject();
    await media.play();
    await seek(media, 10);
    expect(media.paused).toBe(false);
    await expect.poll(() => media.currentTime).toBeGreaterThan(10.3);
    expect(media.currentTime).toBeLessThan(15);
  });

  test('a jump ends at the last place asked for', async () => {
    const media = await subject();
    const done = next(media, 'seeked');
    media.currentTime = 12;
    media.currentTime = 3;
    expect(media.currentTime).toBe(3);
    await done;
    await expect.poll(() => media.seeking).toBe(false);
    expect(media.currentTime).toBeCloseTo(3, 1);
  });

  test('a jump stays inside the recording', async () => {
    const media = await subject();
    await seek(media, -5);
    expect(media.currentTime).toBe(0);
    await seek(media, 1000);
    expect(media.duration - media.currentTime).toBeLessThan(FRAME_SECONDS);
  });

  test('what is no number is refused, and nothing changes', async () => {
    const media = await subject();
    for (const name of ['currentTime', 'volume', 'playbackRate'] as const) {
      const before = media[name];
      expect(() => (media[name] = Number.NaN), name).toThrow(TypeError);
      expect(() => (media[name] = Infinity), name).toThrow(TypeError);
      expect(media[name], name).toBe(before);
    }
  });

  test('volume and mute count at once, and each change fires one `volumechange`', async () => {
    const media = await subject();
    const seen = eventsOf(media);
    media.volume = 0.5;
    expect(media.volume).toBe(0.5);
    expect(seen).toEqual([]);
    await expect.poll(() => seen).toEqual(['volumechange']);
    media.muted = true;
    expect(media.muted).toBe(true);
    await expect.poll(() => seen).toEqual(['volumechange', 'volumechange']);
    media.volume = 0.5;
    media.muted = true;
    await settled();
    expect(seen).toHaveLength(2);
  });

  test('volume outside 0 to 1 is refused with IndexSizeError', async () => {
    const media = await subject();
    for (const volume of [-0.1, 1.1]) {
      expect(() => (media.volume = volume)).toThrow(expect.objectContaining({ name: 'IndexSizeError' }));
    }
    expect(media.volume).toBe(1);
  });

  test('the speed counts at once and fires `ratechange`; one it does not have is refused with NotSupportedError', async () => {
    const media = await subject();
    const seen = eventsOf(media);
    media.playbackRate = 2;
    expect(media.playbackRate).toBe(2);
    expect(seen).toEqual([]);
    await expect.poll(() => seen).toEqual(['ratechange']);
    media.playbackRate = 2;
    await settled();
    expect(seen).toEqual(['ratechange']);
    expect(() => (media.playbackRate = 1000)).toThrow(expect.objectContaining({ name: 'NotSupportedError' }));
    expect(media.playbackRate).toBe(2);
  });

  test('at the end `timeupdate` comes, then `pause`, then `ended`; play() begins anew', async () => {
    const media = await subject();
    await seek(media, media.duration - 1);
    await media.play();
    const seen = eventsOf(media);
    await next(media, 'ended');
    expect(seen.slice(-3)).toEqual(['timeupdate', 'pause', 'ended']);
    expect(facts(media)).toMatchObject({ ended: true, paused: true });
    expect(media.duration - media.currentTime).toBeLessThan(FRAME_SECONDS);
    await media.play();
    expect(facts(media)).toMatchObject({ ended: false, paused: false });
    await expect.poll(() => media.currentTime).toBeGreaterThan(0.2);
    expect(media.currentTime).toBeLessThan(media.duration - 5);
  });

  test('a jump away from the end is no longer ended', async () => {
    const media = await subject();
    await seek(media, media.duration - 0.5);
    await media.play();
    await next(media, 'ended');
    await seek(media, 5);
    expect(facts(media)).toMatchObject({ ended: false, paused: true });
  });
});
