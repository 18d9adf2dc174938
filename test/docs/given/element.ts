// What someone who reads docs/element.md has by then: the element of the page, and their own functions.
import type { AccessEvent, ListeningReason, CallSource, PlayerState } from '@secure-call/player';
import type { CallMarker, SecureCallPlayerElement } from '@secure-call/element';

export declare const player: SecureCallPlayerElement;
export declare const call: string;
export declare const authorize: CallSource['authorize'];
export declare const grant: string;
export declare function openRecord(): void;
export declare function report(state: PlayerState): void;
export declare function keepMarker(seconds: number): Promise<readonly CallMarker[]>;
export declare function signedAddress(url: string): Promise<string>;
export declare function askReason(): Promise<ListeningReason | undefined>;
export declare function keep(event: AccessEvent): Promise<void>;
