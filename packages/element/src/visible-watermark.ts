import type { AccessState } from '@secure-call/player';
import { h, svg } from './h.ts';
import { createStyleSheets } from './styles/style-sheets.ts';
import { watermark } from './styles/watermark.ts';

/** So often it is made anew; whoever still takes it away has the call locked. */
const maxRemakings = 50;
const narrowPx = 360;
const styleSheets = createStyleSheets([watermark]);

/**
 * Name, unit, time and session over a box of the call. It lies in a closed tree whose own rules win over any from
 * outside, and is made anew when it is removed or altered: a page's script can cover it, a slot or a style cannot.
 */
export class VisibleWatermark {
  readonly #box: HTMLElement;
  readonly #lines: readonly [full: string, short: string];
  readonly #tampered: () => void;
  readonly #isText: boolean;
  readonly #guard = new MutationObserver(() => this.#keep());
  readonly #resized = new ResizeObserver(() => this.#draw());
  #holder: HTMLElement = h('div');
  #tree: ShadowRoot | undefined;
  #drawn = '';
  #remakings = 0;

  /**
   * @param box - positioned; what is to be marked lies in it
   * @param tampered - called when someone will not leave it alone
   */
  constructor(box: HTMLElement, access: AccessState, tampered: () => void) {
    this.#box = box;
    this.#isText = box.matches('.pane');
    this.#lines = linesOf(access);
    this.#tampered = tampered;
    this.#make();
    this.#resized.observe(box);
  }

  dispose(): void {
    this.#guard.disconnect();
    this.#resized.disconnect();
  }

  #make(): void {
    this.#guard.disconnect();
    this.#holder.remove();
    this.#holder = h('div', { 'aria-hidden': 'true' });
    this.#tree = this.#holder.attachShadow({ mode: 'closed' });
    this.#tree.adoptedStyleSheets = [...styleSheets()];
    this.#drawn = '';
    this.#draw();
    this.#box.append(this.#holder);
    this.#guard.observe(this.#box, { childList: true });
    this.#guard.observe(this.#holder, { attributes: true });
  }

  #keep(): void {
    if (this.#holder.parentNode === this.#box && this.#holder.attributes.length === 1) return;
    this.#remakings += 1;
    if (this.#remakings > maxRemakings) this.#tampered();
    else this.#make();
  }

  #draw(): void {
    const { clientWidth, clientHeight } = this.#box;
    const isNarrow = clientWidth < narrowPx - 48;
    const pitch = Math.round(Math.min(74, Math.max(37, clientHeight - 96)));
    const drawn = `${isNarrow} ${pitch}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const text = this.#lines[isNarrow ? 1 : 0];
    this.#tree?.replaceChildren(mark(text, pitch, isNarrow ? -5 : -14, this.#isText));
  }
}

function linesOf({ listenerName, unitName, reference }: AccessState): readonly [string, string] {
  const now = new Date();
  const two = (value: number): string => `${value}`.padStart(2, '0');
  const time = `${two(now.getHours())}:${two(now.getMinutes())}`;
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return [
    [listenerName, unitName, `${day} ${time}`, reference].filter(Boolean).join(' · '),
    [listenerName, reference, time].filter(Boolean).join(' · '),
  ];
}

/** Two rows, the second by half a line to the side, over and over. */
function mark(text: string, pitch: number, degrees: number, isText: boolean): SVGSVGElement {
  const width = Math.max(degrees < -5 ? 430 : 190, text.length * 6.6 + 24);
  const rows = [
    [0, 0.7],
    [-0.5, 1.7],
    [0.5, 1.7],
  ] as const;
  const pattern = svg(
    'pattern',
    {
      id: 'line',
      width: `${width}`,
      height: `${2 * pitch}`,
      patternUnits: 'userSpaceOnUse',
      patternTransform: `rotate(${degrees})`,
    },
    ...rows.map(([x, y]) => svg('text', { x: `${x * width}`, y: `${y * pitch}` }, text)),
  );
  return svg(
    'svg',
    { class: isText ? 'text' : 'lanes', direction: 'ltr' },
    pattern,
    svg('rect', { width: '100%', height: '100%', fill: 'url(#line)' }),
  );
}
