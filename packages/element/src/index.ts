export type { AccessPolicy, Purpose } from './access-policy.ts';
export type { CallMarker } from './call-marks.ts';
export { AccessRecordEvent, ReasonRequestEvent, type SecureCallPlayerEventMap } from './element-events.ts';
export type { KeyAction, KeyBindings } from './hotkeys.ts';
export type { HostAction, HostActions } from './host-actions.ts';
export type { Isolation } from './isolation/isolation.ts';
export type { MessageKey, Messages } from './messages.ts';
export { SecureCallPlayerElement } from './secure-call-player-element.ts';
export type { TagAttributes, TagEvents, TagProperties } from './tag-types.ts';
