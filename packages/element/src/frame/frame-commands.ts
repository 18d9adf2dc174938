import type { PlaybackSettings } from '@secure-call/player';
import type { FrameCommand } from '../isolation/frame-messages.ts';
import type { SecureCallPlayerElement } from '../secure-call-player-element.ts';

/**
 * Does what the host asks for. None of it gives a reason, opens the call or unlocks it: those are a person's clicks here.
 * Script in the host page could send the same.
 */
export async function runCommand(element: SecureCallPlayerElement, asked: FrameCommand): Promise<void> {
  switch (asked.command) {
    case 'open':
      return askWhy(element);
    case 'play':
      return element.play();
    case 'pause':
      return element.pause();
    case 'lock':
      return element.lock();
    case 'retry':
      return element.player?.retry();
    case 'seek':
      if (Number.isFinite(asked.args)) element.currentTime = asked.args;
      return;
    case 'set':
      return set(element, asked.args);
    case 'setChannel': {
      const [channel, { gain, pan, muted }] = asked.args;
      const settings = { ...number('gain', gain), ...number('pan', pan), ...boolean('muted', muted) };
      if (Number.isInteger(channel)) element.player?.setChannel(channel, settings);
      return;
    }
    case 'destroy': {
      // Setting a source ends the call that is open.
      const { source } = element;
      element.source = source;
    }
  }
}

/** Brings the question into view where there is one; otherwise the start button waits for its click. */
async function askWhy(element: SecureCallPlayerElement): Promise<void> {
  const asks = !['optional', 'none'].includes(element.getAttribute('reason') ?? '');
  if (asks) await element.open();
}

/** Before the call is open, the element keeps them for it. */
function set(element: SecureCallPlayerElement, settings: PlaybackSettings): void {
  const { playbackRate, volume, muted, loop, loopRange, skipSilence, clearerSpeech } = settings;
  Object.assign(
    element,
    number('playbackRate', playbackRate),
    number('volume', volume),
    boolean('muted', muted),
    boolean('skipSilence', skipSilence),
    isRange(loopRange) && { loopRange },
  );
  element.player?.set({ ...boolean('loop', loop), ...boolean('clearerSpeech', clearerSpeech) });
}

const isRange = (range: unknown): boolean =>
  range === null || (Array.isArray(range) && range.length === 2 && range.every(Number.isFinite));

const number = <Name extends string>(name: Name, value: unknown): { readonly [N in Name]?: number } =>
  (Number.isFinite(value) ? { [name]: value } : {}) as { readonly [N in Name]?: number };

const boolean = <Name extends string>(name: Name, value: unknown): { readonly [N in Name]?: boolean } =>
  (typeof value === 'boolean' ? { [name]: value } : {}) as { readonly [N in Name]?: boolean };
