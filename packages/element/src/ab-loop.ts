import type { Mark } from './call-marks.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';

/** Sets where the loop begins and ends; in between only its beginning is known. */
export class AbLoop {
  readonly #context: ScreenContext;
  readonly #state: () => OpenState | undefined;
  readonly #changed: () => void;
  /** Where a loop begins that has no end yet. */
  #begun: number | undefined;

  constructor(context: ScreenContext, state: () => OpenState | undefined, changed: () => void) {
    this.#context = context;
    this.#state = state;
    this.#changed = changed;
  }

  get isOn(): boolean {
    return this.#begun !== undefined || !!this.#state()?.loopRange;
  }

  /** Begins it here. */
  readonly from = (): void => {
    const { words, commands } = this.#context;
    this.#begun = this.#state()?.positionSeconds ?? 0;
    commands.set({ loopRange: null });
    commands.say(words.say('loopStarted', { position: words.spokenPosition(this.#begun) }));
    this.#changed();
  };

  /** Ends it here, and plays it. */
  readonly to = (): void => {
    const { words, commands } = this.#context;
    const state = this.#state();
    const [from, to] = [this.#begun ?? state?.loopRange?.[0] ?? 0, state?.positionSeconds ?? 0];
    if (to <= from) return;
    this.#begun = undefined;
    commands.set({ loopRange: [from, to] });
    const places = { from: words.spokenPosition(from), to: words.spokenPosition(to) };
    commands.say(words.say('loopSet', places));
  };

  readonly off = (): void => {
    if (!this.isOn) return;
    this.#begun = undefined;
    this.#context.commands.set({ loopRange: null });
    this.#context.commands.say(this.#context.words.say('loopEnded'));
    this.#changed();
  };

  /** One button: beginning, end, off. */
  readonly next = (): void => {
    if (this.#state()?.loopRange) this.off();
    else if (this.#begun === undefined || this.#begun >= (this.#state()?.positionSeconds ?? 0)) this.from();
    else this.to();
  };

  /** As it is drawn and listed; without an end it is a place. */
  get marks(): readonly Mark[] {
    const { words } = this.#context;
    const [from, to] = this.#state()?.loopRange ?? [this.#begun, this.#begun];
    if (from === undefined || to === undefined) return [];
    const text = words.say('loopLength', { seconds: Math.round(to - from) });
    return [{ kind: 'loop', from, to, text, note: words.say('onlyHere') }];
  }
}
