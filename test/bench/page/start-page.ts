import { type CallPlayer, createCallPlayer } from '@secure-call/player';
import Hls from 'hls.js/light';
import { installOutputEars, type OutputEars } from './output-ears.ts';

/** Milliseconds from a click to sound, and from a jump to sound. */
export interface StartTimes {
  readonly firstSoundMs: number;
  readonly seekMs: number;
}

/** What is played: sound on the left side up to a turn, on the right side from there on. */
export interface OurCall {
  readonly call: string;
  readonly service: string;
  /** Behind the turn. */
  readonly seekSeconds: number;
}

export interface PlainCall {
  readonly playlist: string;
  /** Media seconds of the recording's first sample. */
  readonly primingSeconds: number;
  readonly seekSeconds: number;
}

declare global {
  interface Window {
    bench: {
      /** Shows the reason prompt, as it is by default. */
      prompt(call: OurCall): Promise<void>;
      /** From the answer to the prompt, where one was shown, or from nothing at all. */
      ours(call: OurCall): Promise<StartTimes>;
      plain(call: PlainCall): Promise<StartTimes>;
    };
  }
}

/** Both play so long before the jump that nothing of the start is still under way. */
const SETTLED_SECONDS = 2;
const SOUND_LEVEL = 0.02;
const LONGEST_WAIT_MS = 20_000;

const output: OutputEars = installOutputEars();

/** @returns when the condition first held @throws {Error} naming what was waited for */
async function until(condition: () => boolean, what: string): Promise<number> {
  const since = performance.now();
  while (!condition()) {
    if (performance.now() - since > LONGEST_WAIT_MS) throw new Error(`waited in vain for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 1));
  }
  return performance.now();
}

const heard = (side: 'left' | 'right'): Promise<number> =>
  until(() => output.level(side) > SOUND_LEVEL, `sound on the ${side}`);

async function timeSeek(position: () => number, seek: () => void): Promise<number> {
  await until(() => position() > SETTLED_SECONDS, `second ${SETTLED_SECONDS}`);
  const from = performance.now();
  seek();
  return (await heard('right')) - from;
}

let authorizeMs = 0;

function createPlayer({ call, service }: OurCall): CallPlayer {
  const authorize = async ({ deviceKeyThumbprint }: { deviceKeyThumbprint: string }): Promise<string> => {
    const from = performance.now();
    const body = JSON.stringify({ call, deviceKeyThumbprint, reason: { purpose: 'TREAT' } });
    const grant = await (await fetch('/grants', { method: 'POST', body })).text();
    authorizeMs = performance.now() - from;
    return grant;
  };
  return createCallPlayer({ source: { call, service, authorize }, workerUrl: '/vault.worker.js' });
}

let prompting: CallPlayer | undefined;

async function prompt(call: OurCall): Promise<void> {
  prompting = createPlayer(call);
  await prompting.open();
}

async function ours(call: OurCall): Promise<StartTimes> {
  const clicked = performance.now();
  const player = prompting ?? createPlayer(call);
  await player.open({ purpose: 'TREAT' });
  await player.play();
  const firstSoundMs = (await heard('left')) - clicked - authorizeMs;
  const seekMs = await timeSeek(
    () => positionOf(player),
    () => player.seek(call.seekSeconds),
  );
  await player.destroy();
  return { firstSoundMs, seekMs };
}

const positionOf = ({ state }: CallPlayer): number =>
  'positionSeconds' in state ? (state.positionSeconds ?? 0) : 0;

/**
 * hls.js with its own loaders, through a bare graph. Its settings are those that its documentation names for a quick start
 * of one recording: no bandwidth test, the first segment fetched before the media element is attached, no worker to start.
 */
async function plain({ playlist, primingSeconds, seekSeconds }: PlainCall): Promise<StartTimes> {
  const clicked = performance.now();
  const context = new AudioContext({ latencyHint: 'playback' });
  const media = document.createElement('audio');
  context.createMediaElementSource(media).connect(context.destination);
  const hls = new Hls({
    startPosition: primingSeconds,
    startFragPrefetch: true,
    testBandwidth: false,
    enableWorker: false,
    lowLatencyMode: false,
  });
  hls.loadSource(playlist);
  hls.attachMedia(media);
  await media.play();
  const firstSoundMs = (await heard('left')) - clicked;
  const seekMs = await timeSeek(
    () => media.currentTime - primingSeconds,
    () => {
      media.currentTime = seekSeconds + primingSeconds;
    },
  );
  hls.destroy();
  await context.close();
  return { firstSoundMs, seekMs };
}

window.bench = { prompt, ours, plain };
