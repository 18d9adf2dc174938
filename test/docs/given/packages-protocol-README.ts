// What someone who reads packages/protocol/README.md has by then: who may listen to what, and their key.
import type { createGrant } from '@secure-call/protocol';

export declare const claims: Parameters<typeof createGrant>[0];
export declare const issuerPrivateJwk: Parameters<typeof createGrant>[1];
