/** What there is to see, in order. */
export const guideSteps = ['listen', 'record', 'end', 'bucket', 'who', 'trace'] as const;
export type GuideStep = (typeof guideSteps)[number];

interface Kept {
  readonly done: readonly string[];
  readonly hidden: boolean;
  /** The call that was heard last. */
  readonly call?: string;
}

const KEY = 'clinic-guide';
const nothing: Kept = { done: [], hidden: false };

/** How far a visitor has come. It survives a reload, and all tabs share it; without storage it lives as long as the page. */
export class GuideProgress {
  readonly #onChange: (() => void)[] = [];
  #kept: Kept = read();

  constructor() {
    addEventListener('storage', ({ key }) => {
      if (key === KEY || key === null) this.#become(read());
    });
    // A page that comes back by the back button has missed what happened since.
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.#become(read());
    });
  }

  /** Calls `listener` now and after each change. */
  follow(listener: () => void): void {
    this.#onChange.push(listener);
    listener();
  }

  get hidden(): boolean {
    return this.#kept.hidden;
  }

  get call(): string | undefined {
    return this.#kept.call;
  }

  isDone(step: GuideStep): boolean {
    return this.#kept.done.includes(step);
  }

  /** The first step that is not done; undefined when all are. */
  get next(): GuideStep | undefined {
    return guideSteps.find(step => !this.isDone(step));
  }

  markDone(step: GuideStep): void {
    if (!this.isDone(step)) this.#keep({ ...this.#kept, done: [...this.#kept.done, step] });
  }

  heard(call: string): void {
    if (this.#kept.call !== call) this.#keep({ ...this.#kept, call });
  }

  hide(hidden: boolean): void {
    this.#keep({ ...this.#kept, hidden });
  }

  restart(): void {
    this.#keep(nothing);
  }

  #keep(kept: Kept): void {
    write(kept);
    this.#become(kept);
  }

  #become(kept: Kept): void {
    this.#kept = kept;
    for (const listener of this.#onChange) listener();
  }
}

function read(): Kept {
  try {
    const { done, hidden, call } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
    return {
      done: Array.isArray(done) ? done : [],
      hidden: hidden === true,
      ...(typeof call === 'string' ? { call } : {}),
    };
  } catch {
    // Storage is switched off, or holds something else.
    return nothing;
  }
}

function write(kept: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Switched off or full: kept for this page alone.
  }
}
