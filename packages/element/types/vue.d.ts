// `<secure-call-player>` in Vue templates: import it for its types, once, in any TypeScript file of the application.
import type { SecureCallPlayerElement, TagAttributes, TagEvents, TagProperties } from '@secure-call/element';
import type { HTMLAttributes, PublicProps } from 'vue';

type Handlers = {
  readonly [Name in keyof TagEvents as `on${Capitalize<Name>}`]?:
    ((event: TagEvents[Name]) => unknown) | undefined;
};

export type SecureCallPlayerTagProps = Omit<HTMLAttributes, keyof Handlers> &
  TagAttributes &
  TagProperties &
  Handlers &
  PublicProps;

declare module 'vue' {
  interface GlobalComponents {
    'secure-call-player': new () => SecureCallPlayerElement & { $props: SecureCallPlayerTagProps };
  }
}
