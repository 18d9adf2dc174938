import type { Mark } from './call-marks.ts';
import { h, setText } from './h.ts';
import { icon, type IconName } from './icons.ts';
import { markTitle } from './line-marks.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';
import { VisibleWatermark } from './visible-watermark.ts';

export interface MarkerList {
  readonly root: HTMLElement;
  update(state: OpenState, marks: readonly Mark[]): void;
  dispose(): void;
}

const icons: Readonly<Record<Mark['kind'], IconName>> = {
  marker: 'bookmark',
  chapter: 'text',
  silence: 'clock',
  redacted: 'lock',
  loop: 'loop',
};

/** What is marked in the call, by time; a click goes there. */
export function markerList(context: ScreenContext): MarkerList {
  const { words, commands } = context;
  let shown: readonly Mark[] | undefined;
  let position = 0;
  let watermark: VisibleWatermark | undefined;
  const list = h('ol', { class: 'marker-list' });
  const empty = h('p', { class: 'empty' }, words.say('noMarkers'));
  const pane = h('div', { class: 'pane' }, list, empty);
  const add = h('button', {
    class: 'toggle',
    part: 'add-marker-button',
    onclick: () => commands.addMarker(position),
  });
  const addText = h('span');
  add.append(icon('zoomIn', 16), addText);
  const root = h(
    'section',
    { class: 'panel markers', part: 'markers', 'aria-label': words.say('markers') },
    h('div', { class: 'panel-head' }, h('h3', {}, words.say('markers')), add),
    pane,
  );
  const item = (mark: Mark): HTMLElement =>
    h(
      'li',
      {},
      h(
        'button',
        { class: `marker-item ${mark.kind}`, onclick: () => commands.seek(mark.from) },
        icon(icons[mark.kind], 16),
        h('span', { class: 'marker-time' }, words.position(mark.from)),
        h('span', {}, markTitle(mark, words), mark.note !== undefined && h('small', {}, mark.note)),
      ),
    );
  const update: MarkerList['update'] = (state, marks) => {
    watermark ??= new VisibleWatermark(pane, state.access, () => commands.lock());
    position = state.positionSeconds;
    add.hidden = !context.takesMarkers;
    setText(addText, words.say('addMarker', { position: words.position(position) }));
    if (marks === shown) return;
    shown = marks;
    empty.hidden = marks.length > 0;
    list.replaceChildren(...marks.map(withKind).map(item));
  };
  return { root, update, dispose: () => watermark?.dispose() };
}

/** What was redacted stands where others tell who marked the place. */
const withKind = (mark: Mark): Mark =>
  mark.kind === 'redacted' && mark.text !== '' ? { ...mark, note: mark.text } : mark;
