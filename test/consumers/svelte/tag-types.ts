// What the checker accepts of the tag in templates, and what it refuses.
import type {} from '@secure-call/element/svelte';
import type { SvelteHTMLElements } from 'svelte/elements';

type Props = SvelteHTMLElements['secure-call-player'];

export const right: Props = {
  reason: 'optional',
  'seek-step': 5,
  policy: { patientSees: true },
  onaccessevent: event => event.waitUntil(Promise.resolve(event.detail.type)),
};

export const wrong: Props[] = [
  // @ts-expect-error: no such value
  { reason: 'perhaps' },
  // @ts-expect-error: a source is no address
  { source: 'https://keys.region.example' },
  // @ts-expect-error: this event has no such detail
  { onlockchange: event => event.detail.seconds },
];
