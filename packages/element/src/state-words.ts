import type { PlayerState } from '@secure-call/player';
import type { HostActions } from './host-actions.ts';
import type { MessageKey } from './messages.ts';
import type { ScreenContext } from './screen.ts';
import type { StateIconName } from './state-icons.ts';

/** The element's own next steps; the host's are those of `HostActions`. */
export type OwnAction = 'unlock' | 'retry' | 'giveReasonAgain' | 'showEmergency' | 'openAgain' | 'copyLink';

/** A button: what it does, and its words. */
export type NextStep = readonly [action: OwnAction | keyof HostActions, label: MessageKey];

/** A state in which no sound can be heard, in words: what happened, what it means, what can be done. */
export interface StateWords {
  readonly icon: StateIconName;
  /** Red is for refusal, yellow for what passes by itself. */
  readonly tone: 'plain' | 'warn' | 'stop';
  readonly title: string;
  readonly text: string;
  /** Those of the host are left out where it has no such action. */
  readonly steps: readonly NextStep[];
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

function locked({ positionSeconds, access }: State<'locked'>, context: ScreenContext): StateWords {
  const { words, wasAway } = context;
  return {
    icon: 'lock',
    tone: 'plain',
    title: words.say(wasAway ? 'lockedTitleAway' : 'lockedTitle'),
    text: words.say(wasAway ? 'lockedTextAway' : 'lockedText', { position: words.position(positionSeconds) }),
    steps: [['unlock', 'lockedAction']],
    aside: words.say('lockedAside', { time: words.clock(access.expiresAt) }),
  };
}

function denied(state: State<'denied'>, context: ScreenContext): StateWords {
  switch (state.code) {
    case 'call_erased':
      return gone(state, context, 'erasedTitle', 'erasedText');
    case 'call_unknown':
      return gone(state, context, 'unknownTitle', 'unknownText');
    case 'not_permitted':
      return notPermitted(state, context);
    default:
      return unconfirmed(state, context);
  }
}

function gone(
  { reference }: State<'denied'>,
  { words }: ScreenContext,
  title: MessageKey,
  text: MessageKey,
): StateWords {
  return {
    icon: 'erased',
    tone: 'plain',
    title: words.say(title),
    text: words.say(text),
    steps: [['backToList', 'backToList']],
    ...(reference !== undefined && { aside: words.say('reference', { reference }) }),
  };
}

/** Another purpose or an emergency may be allowed, where people are asked for one. */
function notPermitted({ reference }: State<'denied'>, context: ScreenContext): StateWords {
  const { words, policy, reason } = context;
  const steps: NextStep[] = [['askForAccess', 'deniedAction']];
  if (reason !== 'none') {
    steps.push(['giveReasonAgain', 'deniedActionReason']);
    if (policy.emergencyAccess !== false) steps.push(['showEmergency', 'emergencyAction']);
  }
  return {
    icon: 'refused',
    tone: 'stop',
    title: words.say('deniedTitle'),
    text: words.say(policy.refusalsRecorded === true ? 'deniedTextRecorded' : 'deniedText'),
    steps,
    ...(reference !== undefined && { aside: words.say('reference', { reference }) }),
  };
}

/** The permission itself was not acceptable, e.g. too old: nothing is known against the person. */
function unconfirmed({ code }: State<'denied'>, { words }: ScreenContext): StateWords {
  return {
    icon: 'person',
    tone: 'warn',
    title: words.say('unauthorizedTitle'),
    text: words.say('unconfirmedText'),
    steps: [['openAgain', 'tryAgain']],
    aside: words.say('reference', { reference: code }),
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
    steps: [
      reason === 'none' ? ['openAgain', 'expiredActionNoReason'] : ['giveReasonAgain', 'expiredAction'],
    ],
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
    steps: [['showContact', 'revokedAction']],
    aside: words.say('reference', { reference: access.reference }),
  };
}

function paused(
  { positionSeconds }: State<'audit-blocked' | 'waiting'>,
  { words }: ScreenContext,
  icon: StateIconName,
  title: MessageKey,
  text: MessageKey,
): StateWords {
  return {
    icon,
    tone: 'warn',
    title: words.say(title),
    text: words.say(text, { position: words.position(positionSeconds) }),
    steps: [['retry', 'tryNow']],
    waitsAtSeconds: positionSeconds,
  };
}

function unsupported({ words }: ScreenContext): StateWords {
  return {
    icon: 'browser',
    tone: 'plain',
    title: words.say('unsupportedTitle'),
    text: words.say('unsupportedText'),
    steps: navigator.clipboard === undefined ? [] : [['copyLink', 'unsupportedAction']],
  };
}

const failures: Readonly<
  Partial<Record<State<'failed'>['code'], readonly [StateIconName, MessageKey, MessageKey]>>
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
  if (code === 'setup_invalid') return { ...wronglySetUp(context), aside };
  if (code === 'integrity_failed') return { ...damaged(positionSeconds, context), aside };
  const [icon, title, text] = failures[code] ?? (['warning', 'failedTitle', 'failedText'] as const);
  return {
    icon,
    tone: 'warn',
    title: words.say(title),
    text: words.say(text),
    steps: [['openAgain', 'tryAgain']],
    aside,
    ...(positionSeconds !== undefined && { waitsAtSeconds: positionSeconds }),
  };
}

/** Trying again changes nothing: who runs the application has to. */
function wronglySetUp({ words }: ScreenContext): StateWords {
  return {
    icon: 'warning',
    tone: 'warn',
    title: words.say('setupTitle'),
    text: words.say('setupText'),
    steps: [],
  };
}

function damaged(positionSeconds: number | undefined, { words }: ScreenContext): StateWords {
  const known = {
    icon: 'damaged',
    tone: 'stop',
    title: words.say('damagedTitle'),
    steps: [['reportFault', 'damagedAction']],
  } as const;
  if (positionSeconds === undefined) return { ...known, text: words.say('damagedText') };
  const text = words.say('damagedTextAt', { position: words.position(positionSeconds) });
  return { ...known, text, waitsAtSeconds: positionSeconds };
}
