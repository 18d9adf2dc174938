import { type CallPlayer, createCallPlayer } from '@secure-call/player';
import Hls from 'hls.js/light';
import { installOutputEars, type OutputEars } from './output-ears.ts';

/** Milliseconds from a click to sound, and from each jump to sound. */
export interface StartTimes {
  readonly firstSoundMs: number;
  readonly jumpMs: readonly number[];
}

/** What is played: sound on the left side and on the right by turns. */
interface Call {
  /** Seconds of the recording to jump to, each in the next turn. */
  readonly jumps: readonly number[];
}

export interface OurCall extends Call {
  readonly call: string;
  readonly service: string;
}

export interface PlainCall extends Call {
  readonly playlist: string;
  /** Media seconds of the recording's first sample. */
  readonly primingSeconds: number;
  /** Media seconds to start at. */
  readonly startSeconds: number;
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
/** A person jumps at any moment between two of the audio clock's callbacks, and to any place of a frame. */
const ANY_SECONDS = 0.5;
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

/** Jumps from place to place, and plays for a while at each. @returns how long each jump took, in milliseconds */
async function timeJumps(
  jumps: readonly number[],
  position: () => number,
  seek: (seconds: number) => void,
): Promise<number[]> {
  const times: number[] = [];
  let place = 0;
  for (const [count, seconds] of jumps.entries()) {
    const settled = place + SETTLED_SECONDS + Math.random() * ANY_SECONDS;
    await until(() => position() > settled, `second ${settled}`);
    place = seconds + Math.random() * ANY_SECONDS;
    const from = performance.now();
    seek(place);
    times.push((await heard(count % 2 === 0 ? 'right' : 'left')) - from);
  }
  return times;
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
  const jumpMs = await timeJumps(
    call.jumps,
    () => positionOf(player),
    seconds => player.seek(seconds),
  );
  await player.destroy();
  return { firstSoundMs, jumpMs };
}

const positionOf = ({ state }: CallPlayer): number =>
  'positionSeconds' in state ? (state.positionSeconds ?? 0) : 0;

/**
 * hls.js with its own loaders, through a bare graph. Its settings are those that its documentation names for a quick start
 * of one recording: no bandwidth test, the first segment fetched before the media element is attached, no worker to start.
 */
async function plain({ playlist, primingSeconds, startSeconds, jumps }: PlainCall): Promise<StartTimes> {
  const clicked = performance.now();
  const context = new AudioContext({ latencyHint: 'playback' });
  const media = document.createElement('audio');
  context.createMediaElementSource(media).connect(context.destination);
  const hls = new Hls({
    startPosition: startSeconds,
    startFragPrefetch: true,
    testBandwidth: false,
    enableWorker: false,
    lowLatencyMode: false,
  });
  hls.loadSource(playlist);
  hls.attachMedia(media);
  await media.play();
  const firstSoundMs = (await heard('left')) - clicked;
  const jumpMs = await timeJumps(
    jumps,
    () => media.currentTime - primingSeconds,
    seconds => {
      media.currentTime = seconds + primingSeconds;
    },
  );
  hls.destroy();
  await context.close();
  return { firstSoundMs, jumpMs };
}

window.bench = { prompt, ours, plain };
