/**
 * The way out of the audio graph. It stands open only for as long as the key service allowed, and the audio clock closes it:
 * no timer and no script is needed for silence. Where the sound has to carry a mark, it is also closed unless its guard has
 * just told that it does.
 */
export class OutputGate {
  readonly #context: BaseAudioContext;
  readonly #gate: GainNode;
  #openUntil = 0;
  /** The same moment by the wall clock: the audio clock stands still while the machine sleeps. */
  #openUntilMs = 0;
  #provenUntil = Infinity;
  #openedAt = 0;
  #closesAt = 0;

  constructor(context: BaseAudioContext) {
    this.#context = context;
    this.#gate = new GainNode(context, { gain: 0 });
  }

  /** Nothing can be heard before this: `source` is led out, past a last node where there is one. */
  lead(source: AudioNode, last?: AudioNode): void {
    source.connect(this.#gate);
    if (last) this.#gate.connect(last).connect(this.#context.destination);
    else this.#gate.connect(this.#context.destination);
  }

  /** Seconds for which the service lets sound come out. */
  get allowedSeconds(): number {
    const byWallClock = (this.#openUntilMs - Date.now()) / 1000;
    return Math.max(0, Math.min(this.#openUntil - this.#context.currentTime, byWallClock));
  }

  /** Opens now, for so many seconds. */
  allowFor(seconds: number): void {
    this.#openUntil = this.#context.currentTime + seconds;
    this.#openUntilMs = Date.now() + seconds * 1000;
    this.#schedule();
  }

  /** From now on it is open only for so many seconds after each call of this. */
  prove(seconds: number): void {
    this.#provenUntil = this.#context.currentTime + seconds;
    this.#schedule();
  }

  /** Silence at once, whatever is buffered. */
  silence(): void {
    this.#openUntil = this.#context.currentTime;
    this.#schedule();
  }

  /** Whether it was open from one moment of the context's clock to another, the latter lately past. */
  wasOpen(fromSeconds: number, toSeconds: number): boolean {
    return this.#openedAt <= fromSeconds && toSeconds <= this.#closesAt;
  }

  #schedule(): void {
    const now = this.#context.currentTime;
    const until = Math.min(this.#openUntil, this.#provenUntil);
    const { gain } = this.#gate;
    if (this.#closesAt <= now) this.#openedAt = now;
    this.#closesAt = until;
    gain.cancelScheduledValues(0);
    gain.setValueAtTime(until > now ? 1 : 0, now);
    if (until > now) gain.setValueAtTime(0, until);
  }
}
