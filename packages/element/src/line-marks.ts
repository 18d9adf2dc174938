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
    const percent = (seconds: number): string => `${(100 * seconds) / (to - from)}%`;
    const placed = (mark: Mark, text = '', extra = ''): readonly HTMLElement[] => {
      if (mark.from > to || (text === '' ? mark.to : mark.from) < from) return [];
      const element = h('span', { class: `mark ${mark.kind} ${extra}` }, text);
      element.style.setProperty('--_x', percent(mark.from - from));
      element.style.setProperty('--_w', percent(mark.to - mark.from));
      return [element];
    };
    const labelled = (mark: Mark): readonly HTMLElement[] => {
      if (mark.kind === 'loop')
        return [
          ...placed(mark, 'A', 'flag'),
          ...(mark.to > mark.from ? placed({ ...mark, from: mark.to }, 'B', 'flag') : []),
        ];
      return placed({ ...mark, from: labelAt(mark, from) }, markTitle(mark, words));
    };
    under.replaceChildren(...marks.flatMap(mark => placed(mark)));
    labels.replaceChildren(...marks.flatMap(labelled));
  };
  return { under, labels, show };
}

/** A chapter that has begun before is named where the part begins; a redacted span is named in its middle. */
function labelAt({ kind, from, to }: Mark, partFrom: number): number {
  if (kind === 'redacted') return (from + to) / 2;
  return kind === 'chapter' && to > partFrom ? Math.max(from, partFrom) : from;
}

/** What a mark is called. A redacted span tells its length; what was in it stands elsewhere. */
export function markTitle({ kind, from, to, text }: Mark, words: Words): string {
  return kind === 'redacted' ? words.say('redacted', { seconds: Math.round(to - from) }) : text;
}
