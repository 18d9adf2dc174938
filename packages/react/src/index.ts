export type { SecureCallPlayerAttributes } from './element-attributes.ts';
export type { SecureCallPlayerHandlers } from './element-events.ts';
export type { SecureCallPlayerProperties } from './element-properties.ts';
export type { SecureCallPlayerTagProps } from './jsx.ts';
export { SecureCallPlayer, type SecureCallPlayerProps } from './secure-call-player.ts';
export { useCallPeaks } from './use-call-peaks.ts';
export { useCallPlayer } from './use-call-player.ts';
export { useCallState } from './use-call-state.ts';
