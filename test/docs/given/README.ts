// What someone who reads README.md has by then: their users, their data, their key.
import type { KeyPair } from '@secure-call/protocol';

export declare const body: {
  readonly call: string;
  readonly deviceKeyThumbprint: string;
  readonly reason: { readonly purpose: string };
};
export declare const user: { readonly sub: string; readonly name: string; readonly role: string };
export declare function pseudonymOf(call: string): string;
export declare function relationOf(listener: typeof user, call: string): string;
export declare const issuerPrivateJwk: KeyPair['privateJwk'];
