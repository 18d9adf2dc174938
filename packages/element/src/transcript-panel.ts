import type { Transcript, TranscriptCue } from '@secure-call/player';
import { h, setText } from './h.ts';
import { icon } from './icons.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';
import { TranscriptSearch } from './transcript-search.ts';
import { VisibleWatermark } from './visible-watermark.ts';

export interface TranscriptPanel {
  readonly root: HTMLElement;
  update(state: OpenState): void;
  /** Puts focus in the search field. */
  search(): void;
  /** Whether keys for the next and the last hit have something to go to. */
  readonly hits: Pick<TranscriptSearch, 'move' | 'count'>;
  dispose(): void;
}

interface Turn {
  readonly cue: TranscriptCue;
  readonly root: HTMLElement;
  readonly time: HTMLElement;
  readonly text: HTMLElement;
}

/** Turns that the sheet leaves undrawn while they are out of sight cost nothing, so hours of text need no paging. */
export function transcriptPanel(context: ScreenContext): TranscriptPanel {
  const { words, commands } = context;
  let turns: readonly Turn[] = [];
  let shown: Transcript | undefined;
  let now: Turn | undefined;
  let position = 0;
  let isFollowing = true;
  let settling = 0;
  let watermark: VisibleWatermark | undefined;
  const list = h('ol', { class: 'turns', tabindex: '-1', 'aria-label': words.say('transcript') });
  const empty = h('p', { class: 'empty' });
  const follow = h('button', {
    class: 'toggle follow',
    onclick: () => setFollow(!isFollowing),
  });
  const back = h('button', { class: 'back-to', onclick: () => setFollow(true) });
  const pane = h('div', { class: 'pane' }, list, empty, back);
  const finder = new TranscriptSearch(context, text => showHit(text));
  const root = h(
    'section',
    { class: 'panel', part: 'transcript', 'aria-label': words.say('transcript') },
    h('div', { class: 'panel-head' }, h('h3', {}, words.say('transcript')), finder.root, follow),
    pane,
  );
  follow.append(icon('check', 16), words.say('follow'));

  const setFollow = (following: boolean): void => {
    isFollowing = following;
    follow.setAttribute('aria-pressed', `${following}`);
    back.hidden = following || turns.length === 0;
    setText(back, words.say('backTo', { position: words.position(position) }));
    if (following) bringIntoSight(now);
    else cancelAnimationFrame(settling);
  };
  /** What comes into sight is laid out only then, and may be higher than it was taken to be: it takes some frames. */
  const bringIntoSight = (turn: Turn | undefined, frames = 2): void => {
    cancelAnimationFrame(settling);
    if (turn === undefined) return;
    const { offsetTop, offsetHeight } = turn.root;
    list.scrollTop = offsetTop - (list.clientHeight - offsetHeight) / 3;
    if (frames > 0) settling = requestAnimationFrame(() => bringIntoSight(turn, frames - 1));
  };
  const showHit = (text: HTMLElement): void => {
    setFollow(false);
    bringIntoSight(turns.find(turn => turn.text.contains(text)));
  };
  const show = (transcript: Transcript | undefined): void => {
    shown = transcript;
    now = undefined;
    turns = (transcript?.cues ?? []).map(cue => turnOf(cue, context));
    turns[0]?.time.setAttribute('tabindex', '0');
    list.replaceChildren(...withChapters(turns, transcript?.chapters ?? []));
    finder.look(turns.map(({ text }) => text));
    setFollow(true);
  };
  const moveTo = (turn: Turn | undefined): void => {
    if (turn === undefined) return;
    setFollow(false);
    tabTo(turn);
    turn.time.focus();
  };
  const tabTo = (turn: Turn): void => {
    list.querySelector('[tabindex="0"]')?.setAttribute('tabindex', '-1');
    turn.time.setAttribute('tabindex', '0');
  };
  const turnAt = (target: EventTarget | null): number =>
    turns.findIndex(({ root }) => target instanceof Node && root.contains(target));
  list.addEventListener('click', ({ target }) => {
    const turn = turns[turnAt(target)];
    if (turn === undefined || getSelection()?.type === 'Range') return;
    commands.seek(turn.cue.from);
    setFollow(true);
  });
  list.addEventListener('keydown', event => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    moveTo(turns[turnAt(event.target) + step]);
  });
  // What a hand does; the scrolling it leads to looks the same as our own.
  for (const type of ['wheel', 'touchmove', 'pointerdown'] as const)
    list.addEventListener(
      type,
      ({ target }) => (type !== 'pointerdown' || target === list) && setFollow(false),
      {
        passive: true,
      },
    );

  const update = (state: OpenState): void => {
    watermark ??= new VisibleWatermark(pane, state.access, () => commands.lock());
    const transcript = context.transcript();
    if (transcript !== shown) show(transcript);
    list.hidden = transcript === undefined;
    empty.hidden = !list.hidden;
    finder.root.hidden = follow.hidden = list.hidden;
    setText(empty, words.say(state.transcript === 'withheld' ? 'transcriptWithheld' : 'transcriptReading'));
    position = state.positionSeconds;
    const turn = turns.findLast(({ cue }) => cue.from <= position);
    if (turn === now) return;
    now?.root.removeAttribute('aria-current');
    now = turn;
    if (!list.matches(':focus-within') && turn !== undefined) tabTo(turn);
    turn?.root.setAttribute('aria-current', 'true');
    if (isFollowing) bringIntoSight(turn);
    else setFollow(false);
  };
  setFollow(true);
  return { root, update, search: () => finder.focus(), hits: finder, dispose: () => watermark?.dispose() };
}

/** Names of a call's own roles are said as the language has them; other names as they are. */
function turnOf(cue: TranscriptCue, { words }: ScreenContext): Turn {
  const role = cue.speaker.toLowerCase();
  const time = h('button', { tabindex: '-1', class: 'turn-time' }, words.position(cue.from));
  time.setAttribute('aria-label', words.say('playFrom', { position: words.position(cue.from) }));
  const seconds = Math.round(cue.to - cue.from);
  const pieces = cue.pieces.map(({ text, redacted }) =>
    redacted ? redaction(words.say('redacted', { seconds }), text) : h('span', {}, text),
  );
  const text = h('p', { dir: 'auto' }, ...pieces);
  const who = h(
    'b',
    { class: `who ${role === 'caller' || role === 'nurse' ? role : ''}` },
    words.role(role === words.role(role) ? cue.speaker : role),
  );
  return { cue, time, text, root: h('li', { class: 'turn' }, time, who, text) };
}

function redaction(length: string, kind: string): HTMLElement {
  return h('span', { class: 'redaction' }, icon('lock', 14), kind === '' ? length : `${length} · ${kind}`);
}

function withChapters(turns: readonly Turn[], chapters: Transcript['chapters']): readonly Node[] {
  const waiting = [...chapters];
  return turns.flatMap(({ cue, root }) => {
    const begun = waiting.splice(0, waiting.findLastIndex(({ from }) => from <= cue.from) + 1).at(-1);
    return begun ? [h('li', { class: 'chapter-head' }, begun.title), root] : [root];
  });
}
