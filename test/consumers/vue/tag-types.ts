// What the checker accepts of the tag in templates, and what it refuses.
import type {} from '@secure-call/element/vue';
import type { GlobalComponents } from 'vue';

type Props = InstanceType<GlobalComponents['secure-call-player']>['$props'];

export const right: Props = {
  reason: 'optional',
  'seek-step': 5,
  policy: { patientSees: true },
  onAccessevent: event => event.waitUntil(Promise.resolve(event.detail.type)),
};

export const wrong: Props[] = [
  // @ts-expect-error: no such value
  { reason: 'perhaps' },
  // @ts-expect-error: a source is no address
  { source: 'https://keys.region.example' },
  // @ts-expect-error: this event has no such detail
  { onLockchange: event => event.detail.seconds },
];
