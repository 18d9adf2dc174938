/** Lengths that can be chosen, in seconds; the whole recording comes after the last that is shorter. */
const spans: readonly number[] = [15, 30, 60, 120, 180, 240, 300, 600, 1200, 1800, 3600];
/** Fingers cannot show less. */
const shortestSeconds = 5;
/** How wide a second is drawn unless someone chooses otherwise: some sentences are in sight. */
const pxPerSecond = 4.5;
/** Where the playhead stands in a part it has just come into, as a share of its length. */
const leadShare = 0.3;

/** The part of the recording that the lanes show. It moves only when the playhead leaves it, or by hand. */
export class TimeWindow {
  from = 0;
  span = 0;
  /** Whether the recording is short enough to be shown as a whole. */
  isShort = true;
  #duration = 0;
  #chosen: number | undefined;
  /** Whether someone has moved it away from the playhead. */
  #isHeld = false;

  get to(): number {
    return this.from + this.span;
  }

  /** Largest number of seconds it can begin at. */
  get lastFrom(): number {
    return this.#duration - this.span;
  }

  /** Lengths to choose from. */
  get choices(): readonly number[] {
    return [...spans.filter(span => span < this.#duration), this.#duration];
  }

  /** Takes the length that suits the width, until one was chosen. @param widthPx - 0 shows the whole recording */
  fit(duration: number, widthPx: number): void {
    this.#duration = duration;
    const suiting = this.choices.findLast(span => span * pxPerSecond <= widthPx * 1.05);
    this.isShort = widthPx === 0 || duration * pxPerSecond <= widthPx * 1.5;
    const natural = this.isShort ? duration : (suiting ?? this.choices[0] ?? duration);
    this.span = Math.min(duration, this.#chosen ?? natural);
    this.#begin(this.from);
  }

  /** @param position - stays where it is in the part, as far as it is in it */
  choose(span: number, position: number): void {
    const share = this.#has(position) ? (position - this.from) / this.span : 0.5;
    const centre = this.#has(position) ? position : this.from + this.span / 2;
    this.#chosen = span;
    this.span = Math.min(span, this.#duration);
    this.#begin(centre - share * this.span);
  }

  /** Shows a part of any length, as two fingers do. */
  show(from: number, span: number, position: number): void {
    this.#chosen = Math.max(shortestSeconds, Math.round(span));
    this.span = Math.min(this.#chosen, this.#duration);
    this.moveTo(from, position);
  }

  /** By hand. */
  moveTo(from: number, position: number): void {
    this.#begin(from);
    this.#isHeld = !this.#has(position);
  }

  /** @param hasJumped - whether someone has sought: then it follows, wherever it was moved to */
  follow(position: number, hasJumped: boolean): void {
    const isThere = this.#has(position);
    if (isThere || hasJumped) this.#isHeld = false;
    if (!isThere && !this.#isHeld) this.#begin(Math.floor(position - leadShare * this.span));
  }

  #has(position: number): boolean {
    return position >= this.from && position <= this.to;
  }

  #begin(from: number): void {
    this.from = Math.max(0, Math.min(this.lastFrom, from));
  }
}
