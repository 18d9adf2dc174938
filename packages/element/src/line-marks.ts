import type { Mark } from './call-marks.ts';
import { h } from './h.ts';
import type { Words } from './messages.ts';
import type { TimeWindow } from './time-window.ts';

/** What is drawn over a line beside its bars: under the watermark, and labels over it. */
export interface LineMarks {
  readonly under: HTMLElement;
  readonly labels: HTMLElement;
  show(marks: readonly Mark[], part: Pick<TimeWindow, 'from' | 'to'>): void;
}

/** Loop, redacted spans, chapters and markers of the part that is shown. */
export function lineMarks(words: Words): LineMarks {
  const [under, labels] = [h('div', { class: 'marks' }), h('div', { class: 'marks labels' })];
  let shown: readonly unknown[] = [];
  const show: LineMarks['show'] = (marks, { from, to }) => {
    if (shown[0] === marks && shown[1] === from && shown[2] === to) return;
    shown = [marks, from, to];
    const here = marks.filter(mark => mark.to >= from && mark.from < to);
    // The chapter that has begun before is named where the part begins.
    const begun = marks.findLast(mark => mark.kind === 'chapter' && mark.from < from);
    const placed = (mark: Mark, seconds = mark.from, extra = '', text = ''): HTMLElement => {
      const element = h('span', { class: `mark ${mark.kind} ${extra}` }, text);
      element.style.setProperty('--_x', `${(100 * (seconds - from)) / (to - from)}%`);
      element.style.setProperty('--_w', `${(100 * (mark.to - mark.from)) / (to - from)}%`);
      return element;
    };
    under.replaceChildren(...here.map(mark => placed(mark)));
    labels.replaceChildren(
      ...(begun ? [placed(begun, from, 'begun', begun.text)] : []),
      ...here.flatMap(mark =>
        labelsOf(mark, words).map(([at, text]) => placed(mark, at, text.length === 1 ? 'flag' : '', text)),
      ),
    );
  };
  return { under, labels, show };
}

function labelsOf(
  { kind, from, to, text }: Mark,
  words: Words,
): readonly (readonly [at: number, text: string])[] {
  switch (kind) {
    case 'chapter':
      return [[from, text]];
    case 'redacted':
      return [[(from + to) / 2, words.say('redacted', { seconds: Math.round(to - from) })]];
    case 'loop':
      return [
        [from, 'A'],
        [to, 'B'],
      ];
    default:
      return [[from, '']];
  }
}
