// What someone who reads packages/player/README.md has by then: their call and their backend.
import type { CallSource, PlayerState } from '@secure-call/player';

export declare const call: string;
export declare const service: string;
export declare const authorize: CallSource['authorize'];
export declare function draw(state: PlayerState): void;
