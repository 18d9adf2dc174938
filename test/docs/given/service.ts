// What someone who reads docs/service.md has by then: their keys, their tenants, their framework, their HSM.
import type { Express } from 'express';
import type { Hono } from 'hono';
import type { CallServiceOptions, KeyOpener } from '@secure-call/server';
import type { KeyPair } from '@secure-call/protocol';

type Jwk = KeyPair['privateJwk'];
type Tenant = CallServiceOptions['tenants'][number];

export declare const archiveJwk: Jwk;
export declare const oldJwk: Jwk;
export declare const publicKey: KeyPair['publicJwk'];
export declare const serviceKey: Jwk;
export declare const id: Tenant['id'];
export declare const storageBase: Tenant['storageBase'];
export declare const packagers: Tenant['packagers'];
export declare const issuers: Tenant['issuers'];
export declare const roleIssuers: NonNullable<Tenant['roleIssuers']>;
export declare const hsm: { decryptOaepSha256: KeyOpener['open'] };
export declare const store: CallServiceOptions['store'];
export declare const publicUrl: string;
export declare const tenants: CallServiceOptions['tenants'];
export declare const folder: string;
export declare const signal: AbortSignal;
export declare const handle: (request: Request) => Promise<Response>;
export declare const app: Hono & Express;
