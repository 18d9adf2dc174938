// `<secure-call-player>` in Svelte components: import it for its types, once, in any TypeScript file of the application.
import type { SecureCallPlayerElement, TagAttributes, TagEvents, TagProperties } from '@secure-call/element';
import type { HTMLAttributes } from 'svelte/elements';

type Handlers = {
  readonly [Name in keyof TagEvents as `on${Name}`]?: ((event: TagEvents[Name]) => unknown) | undefined;
};

/** What Svelte would set as attributes, as there is no setter. */
type Unset = 'fetchMedia' | 'workerUrl' | 'workletUrl';

export type SecureCallPlayerTagProps = Omit<HTMLAttributes<SecureCallPlayerElement>, keyof Handlers> &
  TagAttributes &
  Omit<TagProperties, Unset> &
  Handlers;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'secure-call-player': SecureCallPlayerTagProps;
  }
}
