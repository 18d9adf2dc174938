import type { AccessState } from '@secure-call/player';
import { h, svg } from './h.ts';

/** So often it is made anew; whoever still takes it away has the call locked. */
const maxRemakings = 50;
const narrowPx = 360;

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
    this.#tree.adoptedStyleSheets = [sheet()];
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

let made: CSSStyleSheet | undefined;

function sheet(): CSSStyleSheet {
  if (made === undefined) {
    made = new CSSStyleSheet();
    made.replaceSync(style);
  }
  return made;
}

/** Important rules of an inner tree win over every rule outside. */
const style = `
:host { all: initial !important; color-scheme: inherit !important; position: absolute !important; inset: 0 !important; z-index: 3 !important; display: block !important; overflow: hidden !important; pointer-events: none !important; user-select: none !important; forced-color-adjust: none !important; direction: ltr !important; }
svg { display: block; inline-size: 100%; block-size: 100%; }
text { font: 500 12px system-ui, sans-serif; fill: light-dark(rgb(22 32 42 / 17%), rgb(230 234 237 / 20%)); stroke: light-dark(rgb(255 255 255 / 50%), rgb(14 19 24 / 50%)); stroke-width: 2px; paint-order: stroke; }
.text text { fill: light-dark(rgb(22 32 42 / 12%), rgb(230 234 237 / 13%)); stroke: none; }
@media (forced-colors: active) {
  text { fill: color-mix(in srgb, CanvasText 42%, transparent); stroke: color-mix(in srgb, Canvas 60%, transparent); }
  .text text { fill: color-mix(in srgb, CanvasText 30%, transparent); }
}
`;
