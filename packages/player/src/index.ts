export type * from './call-player.ts';
export { createCallPlayer } from './create-call-player.ts';
export { isOpen } from './player-state.ts';
export type * from './player-state.ts';
export type * from './simple-source.ts';
export type * from './transcript.ts';
export { SecureCallError } from '@secure-call/protocol';
export type { AccessEvent, SecureCallErrorCode } from '@secure-call/protocol';
