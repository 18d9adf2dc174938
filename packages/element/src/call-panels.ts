import type { Mark } from './call-marks.ts';
import { h } from './h.ts';
import { markerList } from './marker-list.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';
import { transcriptPanel, type TranscriptPanel } from './transcript-panel.ts';

export interface CallPanels {
  readonly root: HTMLElement;
  readonly transcript: TranscriptPanel;
  /** @param isWanted - whether the layout or the listener wants them */
  update(state: OpenState, marks: readonly Mark[], isWanted: boolean): void;
  /** Shows the transcript where only one of them has room. */
  chooseTranscript(): void;
  dispose(): void;
}

type Name = 'text' | 'markers';

/** Transcript and markers: side by side where there is room, behind tabs elsewhere. */
export function callPanels(context: ScreenContext): CallPanels {
  const { words } = context;
  const [transcript, markers] = [transcriptPanel(context), markerList(context)];
  const panels = { text: transcript.root, markers: markers.root };
  const names: readonly Name[] = ['text', 'markers'];
  let isAsked = false;
  let hadText = true;
  const tabs = names.map(name =>
    h(
      'button',
      {
        role: 'tab',
        id: `tab-${name}`,
        'aria-controls': `panel-${name}`,
        onclick: () => choose(name),
      },
      words.say(name),
    ),
  );
  const list = h('div', { class: 'tabs', role: 'tablist', 'aria-label': words.say('transcript') }, ...tabs);
  const root = h('div', { class: 'panels', id: 'panels', hidden: true }, list, transcript.root, markers.root);
  const choose = (chosen: Name): void => {
    for (const [index, name] of names.entries()) {
      const isChosen = name === chosen;
      tabs[index]?.setAttribute('aria-selected', `${isChosen}`);
      tabs[index]?.setAttribute('tabindex', isChosen ? '0' : '-1');
      panels[name].classList.toggle('chosen', isChosen);
      panels[name].id = `panel-${name}`;
    }
  };
  list.addEventListener('keydown', event => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const other = tabs.findIndex(tab => tab.getAttribute('aria-selected') === 'false');
    choose(names[other] ?? 'text');
    tabs[other]?.focus();
  });
  choose('text');
  const update: CallPanels['update'] = (state, marks, isWanted) => {
    const hasText = (state.transcript ?? 'none') !== 'none';
    const hasMarkers = context.takesMarkers || marks.length > 0;
    root.hidden = !isWanted || !(hasText || hasMarkers);
    panels.text.hidden = !hasText;
    panels.markers.hidden = !hasMarkers;
    list.hidden = !hasText || !hasMarkers;
    if (hasText !== hadText) choose(hasText ? 'text' : 'markers');
    hadText = hasText;
    if (root.hidden) return;
    if (state.transcript !== 'sealed') isAsked = false;
    else if (!isAsked) {
      isAsked = true;
      context.commands.readTranscript('viewed');
    }
    transcript.update(state);
    markers.update(state, marks);
  };
  const dispose = (): void => {
    transcript.dispose();
    markers.dispose();
  };
  return { root, transcript, update, chooseTranscript: () => choose('text'), dispose };
}
