// What someone who reads README.md has by then: their call, their backend, their data.
import type { CallSource } from '@secure-call/player';

export declare const call: string & { readonly patient: string };
export declare const service: string;
export declare const authorize: CallSource['authorize'];
export declare const source: CallSource;
export declare const body: {
  readonly call: string;
  readonly deviceKeyThumbprint: string;
  readonly reason: { readonly purpose: string; readonly text?: string; readonly breakGlass?: boolean };
};
export declare const user: { readonly id: string; readonly name: string; readonly role: string };
export declare function pseudonymOf(patient: string): string;
export declare function relationOf(listener: typeof user, patient: string): string;
export declare const issuerPrivateJwk: import('@secure-call/protocol').KeyPair['privateJwk'];
export declare function draw(state: import('@secure-call/player').PlayerState): void;
