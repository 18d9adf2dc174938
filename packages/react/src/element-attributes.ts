/** What the element takes as attributes, and what each means there. None is secret. */
export interface SecureCallPlayerAttributes {
  /** Keeps to one layout; otherwise the element follows its width. */
  readonly layout?: 'compact' | 'standard' | 'review' | undefined;
  /** Whether a reason is asked for; `required` when missing. */
  readonly reason?: 'required' | 'optional' | 'none' | undefined;
  /** Seconds of the back and forward buttons; 10 when missing. */
  readonly seekStep?: number | undefined;
  /** Speed a call starts with, 0.5 to 3. */
  readonly defaultPlaybackRate?: number | undefined;
  /** Seconds without input on the page until the call locks; 900 when missing, 0 never. */
  readonly idleTimeout?: number | undefined;
  /** Locks when the page is hidden. */
  readonly lockOnHidden?: boolean | undefined;
  /** Whether keys work while focus is inside; `focus` when missing. */
  readonly hotkeys?: 'focus' | 'off' | undefined;
  /** Whether the system's media controls show only "Audio"; `neutral` when missing. */
  readonly mediaSession?: 'neutral' | 'off' | undefined;
}

/** Props whose attributes are written with hyphens. */
const hyphenated = 'seekStep defaultPlaybackRate idleTimeout lockOnHidden mediaSession'.split(' ');

const attributeName = (name: string): string => {
  if (name === 'className') return 'class';
  return hyphenated.includes(name) ? name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`) : name;
};

/** The props that go on the tag, under the names they have there. */
export function tagProps(props: object, isOther: (name: string) => boolean): Record<string, unknown> {
  const own = Object.entries(props).filter(([name]) => !isOther(name));
  return Object.fromEntries(own.map(([name, value]) => [attributeName(name), value]));
}
