import { type CallPlayer, createCallPlayer } from '@secure-call/player';
import Hls from 'hls.js/light';
import { installSoundTap, type SoundTap } from '../../e2e/page/sound-tap.ts';

/** Milliseconds from a click to sound, and from a jump to sound. */
export interface StartTimes {
  readonly firstSoundMs: number;
  readonly seekMs: number;
}

declare global {
  interface Window {
    bench: {
      ours(call: string, service: string, seekSeconds: number): Promise<StartTimes>;
      plain(playlist: string, startSeconds: number, seekSeconds: number): Promise<StartTimes>;
    };
  }
}

const sound: SoundTap = installSoundTap('/sound-tap.worklet.js');

async function until(condition: () => boolean): Promise<number> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 2));
  return performance.now();
}

const heard = (): Promise<number> => until(() => sound.level(0.01) > 0);
const silent = (): Promise<number> => until(() => sound.level(0.01) === 0);

async function timeSeek(seek: () => void): Promise<number> {
  const from = performance.now();
  seek();
  await silent();
  return (await heard()) - from;
}

async function ours(call: string, service: string, seekSeconds: number): Promise<StartTimes> {
  let authorizeMs = 0;
  const authorize = async ({ deviceKeyThumbprint }: { deviceKeyThumbprint: string }): Promise<string> => {
    const from = performance.now();
    const body = JSON.stringify({ call, deviceKeyThumbprint, reason: { purpose: 'TREAT' } });
    const grant = await (await fetch('/grants', { method: 'POST', body })).text();
    authorizeMs = performance.now() - from;
    return grant;
  };
  const clicked = performance.now();
  const player: CallPlayer = createCallPlayer({
    source: { call, service, authorize },
    workerUrl: '/vault.worker.js',
  });
  await player.open({ purpose: 'TREAT' });
  await player.play();
  const firstSoundMs = (await heard()) - clicked - authorizeMs;
  const seekMs = await timeSeek(() => player.seek(seekSeconds));
  await player.destroy();
  return { firstSoundMs, seekMs };
}

/** hls.js as it comes, with its own loaders, through a bare graph. */
async function plain(playlist: string, startSeconds: number, seekSeconds: number): Promise<StartTimes> {
  const clicked = performance.now();
  const context = new AudioContext({ latencyHint: 'playback' });
  const media = document.createElement('audio');
  media.crossOrigin = 'anonymous';
  context.createMediaElementSource(media).connect(context.destination);
  const hls = new Hls({ startPosition: startSeconds, enableWorker: false });
  hls.attachMedia(media);
  hls.loadSource(playlist);
  await media.play();
  const firstSoundMs = (await heard()) - clicked;
  const seekMs = await timeSeek(() => {
    media.currentTime = seekSeconds + startSeconds;
  });
  hls.destroy();
  await context.close();
  return { firstSoundMs, seekMs };
}

window.bench = { ours, plain };
