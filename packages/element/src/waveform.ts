import type { Peaks } from '@secure-call/player';
import { barHeights } from './bar-heights.ts';
import { h } from './h.ts';
import { barPitchPx, barWidthPx, drawBars, type Sheet } from './lane-bars.ts';
import { peakColumns } from './peak-columns.ts';
import { watchPixelRatio } from './pixel-ratio.ts';
import { voiceLanes, type VoiceLane } from './voice-lanes.ts';

/** A recording as it is drawn. */
export interface Drawing {
  /** Undefined while there are none: then only the axis is shown. */
  readonly peaks: Peaks | undefined;
  readonly roles: readonly string[];
  /** The part that is drawn. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** A lane and the element whose `color` (played) and `outline-color` (to come) the style sheet sets. */
interface LaneView {
  readonly lane: VoiceLane;
  readonly element: HTMLElement;
}

/** Peaks as they are drawn at one width: a height from 0 to 1 for each column of each channel. */
interface Columns {
  readonly widthPx: number;
  readonly channels: readonly Float32Array[];
}

const nothing: Drawing = { peaks: undefined, roles: [], fromSeconds: 0, toSeconds: 0 };

/**
 * The lanes of a recording, a bar for every three pixels. Two canvases lie on each other, one in the colours of what
 * was played, one in those of what is to come; the style sheet cuts both at `--_at`, so that neither is drawn again
 * while the sound moves on.
 */
export class Waveform {
  readonly root: HTMLElement = h('div', { class: 'wave' });
  readonly #played = h('canvas', { class: 'bars played-bars', 'aria-hidden': 'true' });
  readonly #toCome = h('canvas', { class: 'bars', 'aria-hidden': 'true' });
  readonly #resized = new ResizeObserver(() => this.#fits() || this.#draw());
  readonly #stopWatching: () => void = watchPixelRatio(() => this.#drawSoon());
  #drawing: Drawing = nothing;
  #lanes: readonly LaneView[] | undefined;
  #heights: Float32Array | undefined;
  #columns: Columns | undefined;
  #request: number | undefined;

  constructor() {
    this.#resized.observe(this.root);
    // The sheet gives lanes a transition too short to be seen. Whatever changes their colours, be it the theme, a
    // property of the host's or forced colours, the transition's end tells.
    this.root.addEventListener('transitionend', () => this.#drawSoon());
  }

  /** Draws what is new since the last time. */
  show(next: Drawing): void {
    const last = this.#drawing;
    const hasOtherLanes = this.#lanes === undefined || next.roles.join() !== last.roles.join();
    this.#drawing = next;
    if (!hasOtherLanes && next.peaks === last.peaks) return this.#showPart(last);
    if (hasOtherLanes) this.#layLanes();
    this.#clear();
    const { peaks } = next;
    this.root.classList.toggle('drawn', peaks !== undefined);
    if (peaks === undefined) return;
    this.#heights = barHeights(peaks);
    this.root.append(this.#toCome, this.#played);
    this.#drawSoon();
  }

  #showPart(last: Drawing): void {
    const { fromSeconds, toSeconds } = this.#drawing;
    if (fromSeconds === last.fromSeconds && toSeconds === last.toSeconds) return;
    this.#columns = undefined;
    this.#drawSoon();
  }

  /** Wipes the drawing and lets go of the peaks. */
  dispose(): void {
    this.#resized.disconnect();
    this.#stopWatching();
    if (this.#request !== undefined) cancelAnimationFrame(this.#request);
    this.#drawing = nothing;
    this.#clear();
  }

  #layLanes(): void {
    const lanes = voiceLanes(this.#drawing.roles);
    this.#lanes = lanes.map(lane => ({ lane, element: h('span', { class: `lane ${lane.voice}` }) }));
    const places = lanes.length === 0 ? [0.5] : new Set(lanes.map(({ axis }) => axis));
    const axes = Array.from(places, place => {
      const axis = h('span', { class: 'axis' }, h('span', { class: 'played' }));
      axis.style.setProperty('--_axis', `${100 * place}%`);
      return axis;
    });
    this.root.replaceChildren(...axes, ...this.#lanes.map(({ element }) => element));
  }

  #clear(): void {
    this.#heights = undefined;
    this.#columns = undefined;
    for (const canvas of [this.#played, this.#toCome]) {
      canvas.width = 0;
      canvas.height = 0;
      canvas.remove();
    }
  }

  /** Several changes at once are one drawing. */
  #drawSoon(): void {
    this.#request ??= requestAnimationFrame(() => this.#draw());
  }

  #fits(): boolean {
    const { clientWidth, clientHeight } = this.root;
    const { width, height } = this.#played;
    return width === inDevicePixels(clientWidth) && height === inDevicePixels(clientHeight);
  }

  #draw(): void {
    if (this.#request !== undefined) cancelAnimationFrame(this.#request);
    this.#request = undefined;
    const columns = this.#reduce(this.root.clientWidth);
    if (columns === undefined) return;
    this.#paint(this.#played, columns, style => [style.color, barWidthPx]);
    this.#paint(this.#toCome, columns, style => [
      style.outlineColor,
      Number(style.getPropertyValue('--_to-come-px')),
    ]);
  }

  /** Once for each width. */
  #reduce(widthPx: number): Columns | undefined {
    const { peaks, fromSeconds, toSeconds } = this.#drawing;
    const span = toSeconds - fromSeconds;
    const heights = this.#heights;
    if (peaks === undefined || heights === undefined || widthPx === 0 || span === 0) return undefined;
    if (this.#columns?.widthPx === widthPx) return this.#columns;
    const columnCount = Math.floor((widthPx + barPitchPx - barWidthPx) / barPitchPx);
    const peaksPerColumn = (barPitchPx / widthPx) * span * peaks.peaksPerSecond;
    const first = fromSeconds * peaks.peaksPerSecond;
    const channels = peaks.channels.map(channel =>
      Float32Array.from(peakColumns(channel, columnCount, peaksPerColumn, first), peak => heights[peak] ?? 0),
    );
    this.#columns = { widthPx, channels };
    return this.#columns;
  }

  #paint(
    canvas: HTMLCanvasElement,
    { widthPx, channels }: Columns,
    look: (style: CSSStyleDeclaration) => readonly [colour: string, barPx: number],
  ): void {
    const sheet = blankSheet(canvas, widthPx, this.root.clientHeight);
    for (const { lane, element } of this.#lanes ?? []) {
      const [colour, barPx] = look(getComputedStyle(element));
      const heights = channels[lane.channel];
      if (sheet !== undefined && heights !== undefined)
        drawBars(sheet, { heights, lane, colour, widthPx: barPx });
    }
  }
}

function inDevicePixels(px: number): number {
  return Math.round(px * devicePixelRatio);
}

/** Gives the canvas as many pixels of its own as it covers on the screen, all empty. */
function blankSheet(canvas: HTMLCanvasElement, widthPx: number, heightPx: number): Sheet | undefined {
  const ratio = devicePixelRatio;
  canvas.width = inDevicePixels(widthPx);
  canvas.height = inDevicePixels(heightPx);
  canvas.style.inlineSize = `${canvas.width / ratio}px`;
  canvas.style.blockSize = `${canvas.height / ratio}px`;
  const context = canvas.getContext('2d');
  return context === null ? undefined : { context, height: canvas.height, ratio };
}
