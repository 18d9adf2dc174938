import '@secure-call/element/define';
import type { SecureCallPlayerElement } from '@secure-call/element';
import type { Peaks, PlayerState } from '@secure-call/player';
import { conversationPeaks, samplePeaks } from '../element/sample-peaks.ts';
import { sampleCall, sampleChannel, sampleStates } from '../element/sample-states.ts';
import { sampleTranscript } from '../element/sample-transcript.ts';
import { scriptedPlayer } from '../element/scripted-player.ts';

/** One face of the element, as it is to be looked at. */
export interface Picture {
  readonly state: string;
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly layout?: 'compact' | 'standard' | 'review' | undefined;
}

const texts: Readonly<
  Record<string, { title: string; subtitle: string; facts: readonly (readonly [string, string])[] }>
> = {
  en: {
    title: 'Call to 1177, 22 November, 02:47',
    subtitle: 'Answered by Karin Holm · 12 min 38 s',
    facts: [
      ['Unit', '1177 on the phone, Region X'],
      ['Answered by', 'Karin Holm, nurse'],
      ['Length', '12 min 38 s'],
    ],
  },
  sv: {
    title: 'Samtal till 1177, 22 november 02.47',
    subtitle: 'Besvarades av Karin Holm · 12 min 38 s',
    facts: [
      ['Enhet', '1177 på telefon, Region X'],
      ['Besvarades av', 'Karin Holm, sjuksköterska'],
      ['Längd', '12 min 38 s'],
    ],
  },
};

const sampleMarkers = [
  { seconds: 118, text: 'Fever 39.6 first mentioned', note: 'Anna Lind, today 08:16' },
  { seconds: 312, text: 'Asks about neck stiffness', note: 'Anna Lind, today 08:17' },
  { seconds: 520, text: 'Silence, 23 s', note: 'Found in the sound', kind: 'silence' },
  { seconds: 521, text: 'Callback promised within 2 h', note: 'Per Ek, 22 Nov 06:10' },
] as const;

type Face = (root: ShadowRoot) => void;

/** Faces that are reached by hand, not by the player's state: from the start card and from an open call. */
const fromStart: Readonly<Record<string, Face>> = {
  reason: root => {
    root.querySelector<HTMLElement>('[part="start-button"]')?.click();
    root.querySelector<HTMLInputElement>('input[type="radio"]')?.click();
    root.querySelector<HTMLInputElement>('#note')?.focus();
  },
  'reason-missing': root => {
    root.querySelector<HTMLElement>('[part="start-button"]')?.click();
    root.querySelector<HTMLElement>('[part="submit-button"]')?.click();
  },
  emergency: root => {
    root.querySelector<HTMLElement>('[part="start-button"]')?.click();
    root.querySelector<HTMLElement>('[part="emergency-button"]')?.click();
    root.querySelector<HTMLInputElement>('#owned')?.click();
  },
};
const fromCall: Readonly<Record<string, Face>> = {
  'lock-warning': root => root.host.setAttribute('idle-timeout', '20'),
  more: root => root.querySelector<HTMLElement>('.more')?.click(),
  sound: root => root.querySelector<HTMLElement>('[part="speed"]')?.click(),
  help: root => root.querySelector<HTMLElement>('[part="help-button"]')?.click(),
  search: root => search(root, 'fever'),
  markers: root => root.querySelector<HTMLElement>('#tab-markers')?.click(),
};

function search(root: ShadowRoot, text: string): void {
  const field = root.querySelector<HTMLInputElement>('input[type="search"]');
  if (field === null) return;
  field.value = text;
  field.dispatchEvent(new Event('input'));
}

const faces = { ...fromStart, ...fromCall };
/** With other recordings than the usual one, and one whose peaks are not there yet. */
const states: Readonly<Record<string, PlayerState>> = {
  ...sampleStates(),
  review: { status: 'playing', ...sampleCall({ transcript: 'open', loopRange: [220, 260] }) },
  search: { status: 'playing', ...sampleCall({ transcript: 'open' }) },
  markers: { status: 'playing', ...sampleCall({ transcript: 'open', loopRange: [220, 260] }) },
  withheld: { status: 'playing', ...sampleCall({ transcript: 'withheld' }) },
  clearer: { status: 'playing', ...sampleCall({ transcript: 'sealed', clearerSpeech: true }) },
  'before-peaks': { status: 'playing', ...sampleCall() },
  mono: { status: 'playing', ...sampleCall({ channels: [sampleChannel('both')] }) },
  'three-voices': {
    status: 'playing',
    ...sampleCall({ channels: ['caller', 'nurse', 'interpreter'].map(role => sampleChannel(role)) }),
  },
  solo: {
    status: 'playing',
    ...sampleCall({
      channels: [sampleChannel('caller', { gain: 1.4 }), sampleChannel('nurse', { muted: true })],
    }),
  },
};
const conversation = conversationPeaks(758);
const [caller, nurse] = conversation.channels;
const level =
  (channel: Uint8Array | undefined): ((seconds: number) => number) =>
  seconds =>
    channel?.[Math.round(seconds * conversation.peaksPerSecond)] ?? 0;

function peaksFor(state: string): Peaks | undefined {
  if (state === 'before-peaks') return undefined;
  if (state === 'mono')
    return samplePeaks(758, seconds => Math.max(level(caller)(seconds), level(nurse)(seconds)));
  if (state === 'three-voices')
    return samplePeaks(758, level(caller), level(nurse), seconds => level(caller)((seconds + 379) % 758));
  return conversation;
}

/** Every face that there is. */
export const stateNames: readonly string[] = [...new Set([...Object.keys(states), ...Object.keys(faces)])];

/**
 * Puts a picture into a place, in place of the one before, and waits until it is drawn.
 * @param frames - by default three: the waveform is drawn in the frame after the one it appears in
 */
export async function showPicture(
  place: Element,
  { state, lang, dir, layout }: Picture,
  frames = 3,
): Promise<SecureCallPlayerElement> {
  document.documentElement.lang = lang;
  document.documentElement.dir = dir;
  const element = build(lang);
  if (layout !== undefined) element.setAttribute('layout', layout);
  const player = scriptedPlayer(states[state === 'idle' || state in fromStart ? 'idle' : 'playing']);
  player.peaks = peaksFor(state);
  if (['review', 'search', 'markers'].includes(state)) {
    player.transcript = sampleTranscript;
    element.markers = sampleMarkers;
  }
  element.player = player;
  place.replaceChildren(element);
  const root = element.shadowRoot;
  if (root === null) throw new Error('The element has no shadow root.');
  await appears(root, '.card');
  const wanted = states[state];
  if (wanted !== undefined) player.become(wanted);
  faces[state]?.(root);
  const fetched = { sound: '.popover', help: '.help' }[state];
  if (fetched !== undefined) await appears(root, fetched);
  await document.fonts.ready;
  for (let frame = 0; frame < frames; frame += 1) await nextFrame();
  return element;
}

/** @returns milliseconds from the arrival of a call's peaks to its drawn waveform and overview, layout and paint left out */
export async function timeOverview(callSeconds: number): Promise<number> {
  const level = (seconds: number): number => 60 + (seconds % 40);
  const element = build('en');
  const player = scriptedPlayer({ status: 'paused', ...sampleCall({ durationSeconds: callSeconds }) });
  element.player = player;
  document.body.replaceChildren(element);
  const root = element.shadowRoot;
  if (root === null) throw new Error('The element has no shadow root.');
  await appears(root, '.overview');
  player.peaks = samplePeaks(callSeconds, level, level);
  await nextFrame();
  const start = performance.now();
  player.become(player.state);
  const busy = performance.now() - start;
  // Asked for after the element has asked, so its drawing comes first in the same frame.
  const frame = await new Promise<number>(resolve =>
    requestAnimationFrame(began => resolve(performance.now() - began)),
  );
  return busy + frame;
}

/** Until there is something that matches. */
async function appears(root: ParentNode, selector: string): Promise<void> {
  while (root.querySelector(selector) === null) await nextFrame();
}

function nextFrame(): Promise<number> {
  return new Promise(requestAnimationFrame);
}

function build(lang: string): SecureCallPlayerElement {
  const element = document.createElement('secure-call-player');
  element.policy = {
    patientSees: true,
    accessMinutes: 30,
    emergencyTold: true,
    emergencyReviewHours: 72,
    emergencyMinutes: 15,
    withdrawnBy: lang === 'sv' ? 'Dataskyddsfunktionen i Region X' : 'The privacy office at Region X',
  };
  const nothing = (): void => undefined;
  element.actions = {
    askForAccess: nothing,
    showContact: nothing,
    reportFault: nothing,
    backToList: nothing,
    showRecord: nothing,
  };
  element.append(...slotted(lang));
  return element;
}

function slotted(lang: string): HTMLElement[] {
  const { title, subtitle, facts } = texts[lang] ?? texts['en'] ?? { title: '', subtitle: '', facts: [] };
  const list = document.createElement('dl');
  list.slot = 'details';
  for (const [name, value] of facts) list.append(cell('dt', name), cell('dd', value));
  return [inSlot('title', title), inSlot('subtitle', subtitle), list];
}

function inSlot(slot: string, text: string): HTMLElement {
  const span = cell('span', text);
  span.slot = slot;
  return span;
}

function cell(tag: 'span' | 'dt' | 'dd', text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
