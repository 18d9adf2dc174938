import type { PlayerState } from '@secure-call/player';
import type { HostActions } from './host-actions.ts';
import type { IconName } from './icons.ts';
import type { MessageKey } from './messages.ts';
import type { ScreenContext } from './screen.ts';

/** The element's own next steps; the host's are those of `HostActions`. */
export type OwnAction = 'unlock' | 'retry' | 'giveReasonAgain' | 'openAgain' | 'copyLink';

/** A state in which no sound can be heard, in words: what happened, what it means, one next step. */
export interface StateWords {
  readonly icon: IconName;
  /** Red is for refusal, yellow for what passes by itself. */
  readonly tone: 'plain' | 'warn' | 'stop';
  readonly title: string;
  readonly text: string;
  readonly own?: readonly [OwnAction, MessageKey];
  readonly host?: readonly [keyof HostActions, MessageKey];
  /** At the end of the row: a time, or what the help desk asks for. */
  readonly aside?: string;
  /** Where the sound waits, while access lives on. */
  readonly waitsAtSeconds?: number;
}

type State<Status extends PlayerState['status']> = Extract<PlayerState, { status: Status }>;

/** @returns undefined for states that have a screen of another kind */
export function stateWords(state: PlayerState, context: ScreenContext): StateWords | undefined {
  switch (state.status) {
    case 'locked':
      return locked(state, context);
    case 'denied':
      return denied(state, context);
    case 'expired':
      return expired(state, context);
    case 'revoked':
      return revoked(state, context);
    case 'audit-blocked':
      return paused(state, context, 'record', 'auditBlockedTitle', 'auditBlockedText');
    case 'waiting':
      return state.cause === 'offline'
        ? paused(state, context, 'offline', 'offlineTitle', 'offlineText')
        : undefined;
    case 'unsupported':
      return unsupported(context);
    case 'failed':
      return failed(state, context);
    default:
      return undefined;
  }
}

function locked({ positionSeconds, access }: State<'locked'>, { words }: ScreenContext): StateWords {
  return {
    icon: 'lock',
    tone: 'plain',
    title: words.say('lockedTitle'),
    text: words.say('lockedText', { position: words.position(positionSeconds) }),
    own: ['unlock', 'lockedAction'],
    aside: words.say('lockedAside', { time: words.clock(access.expiresAt) }),
  };
}

function denied({ code, reference }: State<'denied'>, { words }: ScreenContext): StateWords {
  const aside = reference === undefined ? {} : { aside: words.say('reference', { reference }) };
  if (code === 'call_erased' || code === 'call_unknown') {
    const [title, text]: readonly MessageKey[] =
      code === 'call_erased' ? ['erasedTitle', 'erasedText'] : ['unknownTitle', 'unknownText'];
    return {
      icon: 'erased',
      tone: 'plain',
      title: words.say(title ?? 'erasedTitle'),
      text: words.say(text ?? 'erasedText'),
      host: ['backToList', 'backToList'],
      ...aside,
    };
  }
  return {
    icon: 'refused',
    tone: 'stop',
    title: words.say('deniedTitle'),
    text: words.say('deniedText'),
    host: ['askForAccess', 'deniedAction'],
    ...aside,
  };
}

function expired({ positionSeconds, access }: State<'expired'>, context: ScreenContext): StateWords {
  const { words, policy, reason } = context;
  const minutes = access.purpose === 'ETREAT' ? policy.emergencyMinutes : policy.accessMinutes;
  const places = { time: words.clock(access.expiresAt), position: words.position(positionSeconds) };
  return {
    icon: 'clock',
    tone: 'plain',
    title: words.say('expiredTitle'),
    text:
      minutes === undefined
        ? words.say('expiredText', places)
        : words.say('expiredTextMinutes', { ...places, minutes }),
    own: reason === 'none' ? ['openAgain', 'expiredActionNoReason'] : ['giveReasonAgain', 'expiredAction'],
  };
}

function revoked({ at, access }: State<'revoked'>, { words, policy }: ScreenContext): StateWords {
  const time = words.clock(at);
  return {
    icon: 'ended',
    tone: 'stop',
    title: words.say('revokedTitle'),
    text:
      policy.withdrawnBy === undefined
        ? words.say('revokedText', { time })
        : words.say('revokedTextBy', { time, office: policy.withdrawnBy }),
    host: ['showContact', 'revokedAction'],
    aside: words.say('reference', { reference: access.reference }),
  };
}

function paused(
  { positionSeconds }: State<'audit-blocked' | 'waiting'>,
  { words }: ScreenContext,
  icon: IconName,
  title: MessageKey,
  text: MessageKey,
): StateWords {
  return {
    icon,
    tone: 'warn',
    title: words.say(title),
    text: words.say(text, { position: words.position(positionSeconds) }),
    own: ['retry', 'tryNow'],
    waitsAtSeconds: positionSeconds,
  };
}

function unsupported({ words }: ScreenContext): StateWords {
  return {
    icon: 'browser',
    tone: 'plain',
    title: words.say('unsupportedTitle'),
    text: words.say('unsupportedText'),
    ...(navigator.clipboard !== undefined && { own: ['copyLink', 'unsupportedAction'] as const }),
  };
}

const failures: Readonly<
  Partial<Record<State<'failed'>['code'], readonly [IconName, MessageKey, MessageKey]>>
> = {
  watermark_degraded: ['mark', 'unmarkedTitle', 'unmarkedText'],
  authorize_failed: ['person', 'unauthorizedTitle', 'unauthorizedText'],
  service_unreachable: ['offline', 'unreachableTitle', 'unreachableText'],
  media_unavailable: ['offline', 'unavailableTitle', 'unavailableText'],
  playback_failed: ['device', 'silentTitle', 'silentText'],
};

function failed(state: State<'failed'>, context: ScreenContext): StateWords {
  const { words } = context;
  const { code, positionSeconds } = state;
  const aside = words.say('reference', { reference: code });
  if (code === 'integrity_failed') return { ...damaged(positionSeconds, context), aside };
  const [icon, title, text] = failures[code] ?? (['warning', 'failedTitle', 'failedText'] as const);
  return {
    icon,
    tone: 'warn',
    title: words.say(title),
    text: words.say(text),
    own: ['openAgain', 'tryAgain'],
    aside,
    ...(positionSeconds !== undefined && { waitsAtSeconds: positionSeconds }),
  };
}

function damaged(positionSeconds: number | undefined, { words }: ScreenContext): StateWords {
  const known = {
    icon: 'damaged',
    tone: 'stop',
    title: words.say('damagedTitle'),
    host: ['reportFault', 'damagedAction'],
  } as const;
  if (positionSeconds === undefined) return { ...known, text: words.say('damagedText') };
  const text = words.say('damagedTextAt', { position: words.position(positionSeconds) });
  return { ...known, text, waitsAtSeconds: positionSeconds };
}
