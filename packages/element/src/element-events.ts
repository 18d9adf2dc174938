import type {
  AccessEvent,
  AnySource,
  ChannelState,
  ListeningReason,
  PlayerState,
  PlayerStatus,
  SecureCallErrorCode,
} from '@secure-call/player';
import { isOpen } from './open-state.ts';

/**
 * Asks the host for the reason before the element's own form is shown. Call `respondWith()` while the event is
 * dispatched to answer with a form of your own; `preventDefault()` alone shows nothing.
 */
export class ReasonRequestEvent extends Event {
  #answer: Promise<ListeningReason | undefined> | undefined;

  constructor() {
    super('reasonrequest', { bubbles: true, composed: true, cancelable: true });
  }

  /** @param answer - resolves to the reason, or to undefined when the person gave up */
  respondWith(answer: Promise<ListeningReason | undefined>): void {
    this.#answer = answer;
    this.preventDefault();
  }

  /** What the host answered with. */
  get answer(): Promise<ListeningReason | undefined> | undefined {
    return this.#answer;
  }
}

/** A copy of an access event. Where the host's record is the gate, hand `waitUntil` the promise that it is kept. */
export class AccessRecordEvent extends CustomEvent<AccessEvent> {
  readonly #kept: Promise<unknown>[] = [];

  constructor(event: AccessEvent) {
    super('accessevent', { bubbles: true, composed: true, detail: event });
  }

  waitUntil(kept: Promise<unknown>): void {
    this.#kept.push(kept);
  }

  /** @throws what the promises reject with, or that there was none: then nobody keeps the record */
  async recorded(): Promise<void> {
    if (this.#kept.length === 0) throw new TypeError('Nobody called waitUntil() for this access event.');
    await Promise.all(this.#kept);
  }
}

/**
 * Fires `accessevent`.
 * @throws where the source makes the host's record the gate and the host does not keep the event
 */
export async function announceAccess(
  target: EventTarget,
  detail: AccessEvent,
  source: AnySource,
): Promise<void> {
  const event = new AccessRecordEvent(detail);
  target.dispatchEvent(event);
  if ('audit' in source && source.audit === 'callback') await event.recorded();
}

/** The element's events besides the media ones. All bubble and cross shadow roots. */
export interface SecureCallPlayerEventMap {
  readonly accesschange: CustomEvent<{ readonly status: PlayerStatus }>;
  readonly lockchange: CustomEvent<{ readonly locked: boolean }>;
  readonly callerror: CustomEvent<{ readonly code: SecureCallErrorCode }>;
  readonly loopchange: CustomEvent<{ readonly loopRange: readonly [from: number, to: number] | null }>;
  readonly channelchange: CustomEvent<{ readonly channels: readonly ChannelState[] }>;
  readonly markeradd: CustomEvent<{ readonly seconds: number }>;
  readonly accessevent: AccessRecordEvent;
  readonly reasonrequest: ReasonRequestEvent;
}

type DetailOf<Name extends keyof SecureCallPlayerEventMap> =
  SecureCallPlayerEventMap[Name] extends CustomEvent<infer Detail> ? Detail : never;

export function elementEvent<
  Name extends Exclude<keyof SecureCallPlayerEventMap, 'accessevent' | 'reasonrequest'>,
>(name: Name, detail: DetailOf<Name>): CustomEvent<DetailOf<Name>> {
  return new CustomEvent(name, { bubbles: true, composed: true, detail });
}

/** Events of a change in how an open call is played. */
export function settingEventsBetween(before: PlayerState, after: PlayerState): readonly Event[] {
  if (!isOpen(before) || !isOpen(after)) return [];
  const events: Event[] = [];
  const loopRange = after.loopRange ?? null;
  if (loopRange?.join() !== before.loopRange?.join()) events.push(elementEvent('loopchange', { loopRange }));
  const { channels } = after;
  if (channels !== before.channels) events.push(elementEvent('channelchange', { channels }));
  return events;
}

/** Events of a change of state that concern access rather than sound. */
export function accessEventsBetween(before: PlayerState, after: PlayerState): readonly Event[] {
  if (before.status === after.status) return [];
  const events: Event[] = [];
  if (accessOf(before.status) !== accessOf(after.status))
    events.push(elementEvent('accesschange', { status: after.status }));
  const locked = after.status === 'locked';
  if (locked !== (before.status === 'locked')) events.push(elementEvent('lockchange', { locked }));
  const code = errorCode(after);
  if (code !== undefined) events.push(elementEvent('callerror', { code }));
  return events;
}

/** Ready, playing, paused, waiting and ended are one and the same access. */
function accessOf(status: PlayerStatus): PlayerStatus {
  const open: readonly PlayerStatus[] = ['ready', 'playing', 'paused', 'waiting', 'ended'];
  return open.includes(status) ? 'ready' : status;
}

function errorCode(state: PlayerState): SecureCallErrorCode | undefined {
  switch (state.status) {
    case 'failed':
    case 'denied':
      return state.code;
    case 'unsupported':
      return 'unsupported';
    default:
      return undefined;
  }
}
