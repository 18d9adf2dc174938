// What someone who reads docs/react.md has by then: their call, their backend, their functions.
import type { AccessEvent, ListeningReason, CallSource, SimpleSource } from '@secure-call/player';
import type { SecureCallPlayerElement } from '@secure-call/element';
import type { Ref } from 'react';

export declare const call: string;
export declare const service: string;
export declare const authorize: CallSource['authorize'];
export declare const requestGrant: CallSource['authorize'];
export declare const keys: SimpleSource['keys'];
export declare const player: Ref<SecureCallPlayerElement>;
export declare function navigate(path: string): void;
export declare function keep(event: AccessEvent): Promise<void>;
export declare function askReason(): Promise<ListeningReason | undefined>;
