import {
  type AccessEvent,
  type CallPlayer,
  createCallPlayer,
  type PlayerState,
  SecureCallError,
} from '@secure-call/player';
import { compareMark, type MarkComparison, type SessionMark } from './mark-comparison.ts';
import { compareWithPackage, eachSide } from './package-comparison.ts';
import { type Comparison, loudnessCorrelation } from './sound-comparison.ts';
import { installSoundTap, type SoundTap } from './sound-tap.ts';

/** What a test tells the page. */
export interface PageCall {
  readonly call: string;
  readonly service: string;
  readonly purpose?: string;
  readonly workerUrl?: string;
  readonly workletUrl?: string;
}

/** The page's hand for tests: a player on the headless interface, and ears. */
export interface Harness {
  readonly sound: SoundTap;
  readonly events: AccessEvent[];
  readonly states: PlayerState['status'][];
  player: CallPlayer | undefined;
  /** Makes a player, and has nobody ask it anything. */
  make(call: PageCall): CallPlayer;
  open(call: PageCall): Promise<{ code: string } | undefined>;
  /** Decodes fMP4 at the rate of what was recorded and compares both channels over those media seconds. */
  compare(mp4Base64: string, fromSeconds: number, toSeconds: number): Promise<[Comparison, Comparison]>;
  /** Puts a session's mark into everything that went into the player's worklet, and compares with what came out. */
  compareMark(mark: SessionMark): Promise<MarkComparison>;
  /** Correlation of loudness over time where the output plays `rate` times as fast; at the best lag, both channels. */
  compareLoudness(
    mp4Base64: string,
    fromSeconds: number,
    toSeconds: number,
    rate: number,
  ): Promise<[number, number]>;
}

declare global {
  interface Window {
    harness: Harness;
    violations: string[];
  }
}

window.violations = [];
document.addEventListener('securitypolicyviolation', event => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});

async function authorize(request: object): Promise<string> {
  const { signal: _signal, ...body } = request as { signal: AbortSignal };
  const response = await fetch('/grants', { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new SecureCallError('not_permitted', 'You may not open this call.');
  return response.text();
}

function make(
  this: Harness,
  { call, service, workerUrl = '/vault.worker.js', workletUrl = '/watermark.worklet.js' }: PageCall,
): CallPlayer {
  const player = createCallPlayer({
    source: { call, service, authorize },
    workerUrl,
    workletUrl,
    onAccessEvent: event => this.events.push(event),
  });
  this.player = player;
  player.subscribe(() => {
    if (this.states.at(-1) !== player.state.status) this.states.push(player.state.status);
  });
  return player;
}

async function open(this: Harness, call: PageCall): Promise<{ code: string } | undefined> {
  try {
    await this.make(call).open({ purpose: call.purpose ?? 'TREAT' });
    await this.sound.ready();
    return undefined;
  } catch (error) {
    return { code: error instanceof SecureCallError ? error.code : String(error) };
  }
}

function compareLoudness(
  this: Harness,
  mp4Base64: string,
  fromSeconds: number,
  toSeconds: number,
  rate: number,
): Promise<[number, number]> {
  return eachSide(this.sound, mp4Base64, fromSeconds, toSeconds, (expected, heard, sampleRateHz) =>
    loudnessCorrelation(expected, heard, sampleRateHz, rate),
  );
}

window.harness = {
  sound: installSoundTap('/sound-tap.worklet.js'),
  events: [],
  states: [],
  player: undefined,
  make,
  open,
  compare(mp4Base64, fromSeconds, toSeconds) {
    return compareWithPackage(this.sound, mp4Base64, fromSeconds, toSeconds);
  },
  compareMark(mark) {
    return compareMark(this.sound, mark);
  },
  compareLoudness,
};
