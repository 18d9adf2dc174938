// What someone who reads packages/react/README.md has by then: their call and their backend.
import type { CallSource } from '@secure-call/player';

export declare const call: string;
export declare const service: string;
export declare const authorize: CallSource['authorize'];
