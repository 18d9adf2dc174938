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

/** Room for a chapter's name, as a share of the line. */
const roomShare = 0.15;

/** Loop, redacted spans, chapters and markers of the part that is shown. */
export function lineMarks(words: Words): LineMarks {
  const [under, labels] = [h('div', { class: 'marks' }), h('div', { class: 'marks labels' })];
  let shown: readonly unknown[] = [];
  const show: LineMarks['show'] = (marks, { from, to }) => {
    if (shown[0] === marks && shown[1] === from && shown[2] === to) return;
    shown = [marks, from, to];
    const percent = (seconds: number): string => `${(100 * seconds) / (to - from)}%`;
    const placed = (mark: Mark, at = mark.from, text = '', extra = ''): readonly HTMLElement[] => {
      if (at > to || (text === '' ? mark.to : at) < from) return [];
      const element = h('span', { class: `mark ${mark.kind} ${extra}` }, text);
      element.style.setProperty('--_x', percent(at - from));
      element.style.setProperty('--_w', percent(mark.to - mark.from));
      return [element];
    };
    const labelled = (mark: Mark): readonly HTMLElement[] => {
      const middle = (mark.from + mark.to) / 2;
      if (mark.kind === 'loop')
        return [
          ...placed(mark, mark.from, 'A', 'flag'),
          ...(mark.to > mark.from ? placed(mark, mark.to, 'B', 'flag') : []),
        ];
      return placed(mark, middle, markTitle(mark, words));
    };
    // The chapter that has begun before is named where the part begins.
    const chapters = marks.filter(({ kind }) => kind === 'chapter');
    const hasRoom = !chapters.some(mark => mark.from >= from && mark.from < from + (to - from) * roomShare);
    const begun = hasRoom ? chapters.findLast(mark => mark.from < from) : undefined;
    under.replaceChildren(...marks.flatMap(mark => placed(mark)));
    labels.replaceChildren(
      ...(begun ? placed(begun, from, begun.text, 'begun') : []),
      ...marks.flatMap(labelled),
    );
  };
  return { under, labels, show };
}

/** What a mark is called. A redacted span tells its length; what was in it stands elsewhere. */
export function markTitle({ kind, from, to, text }: Mark, words: Words): string {
  return kind === 'redacted' ? words.say('redacted', { seconds: Math.round(to - from) }) : text;
}
