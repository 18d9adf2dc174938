// `<secure-call-player>` in Svelte components: import it for its types, once, in any TypeScript file of the application.
import type { SecureCallPlayerElement, TagAttributes, TagEvents, TagProperties } from '@secure-call/element';
import type { HTMLAttributes } from 'svelte/elements';

type Handlers = {
  readonly [Name in keyof TagEvents as `on${Name}`]?: ((event: TagEvents[Name]) => unknown) | undefined;
};

export type SecureCallPlayerTagProps = Omit<HTMLAttributes<SecureCallPlayerElement>, keyof Handlers> &
  TagAttributes &
  TagProperties &
  Handlers;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'secure-call-player': SecureCallPlayerTagProps;
  }
}
