import { type AuditRecord, createRoleToken, type Role } from '@secure-call/protocol';
import type { Deployment } from './deployment.ts';

/** Someone of the privacy office: reads the record and ends sessions, with a role token of the host. */
export class Officer {
  readonly #deployment: Deployment;
  readonly #at: string;

  /** @param at - one of several services of the deployment */
  constructor(deployment: Deployment, at: string = deployment.service.url) {
    this.#deployment = deployment;
    this.#at = at;
  }

  async revoke(what: { session?: string; person?: string; call?: string; unit?: string }): Promise<number> {
    const response = await this.#fetch('/revocations', { method: 'POST', body: JSON.stringify(what) });
    const { revoked } = (await response.json()) as { revoked: number };
    return revoked;
  }

  /** The record, oldest first; everything or one session's. */
  async records(sid?: string): Promise<AuditRecord[]> {
    const query = sid === undefined ? '' : `?sid=${sid}`;
    const response = await this.#fetch(`/audit/records${query}`, {});
    const lines = (await response.text()).split('\n').filter(Boolean);
    return lines.map(line => JSON.parse(line) as AuditRecord);
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const { issuer, issuerKey, service } = this.#deployment;
    const claims = { iss: issuer, aud: service.url, sub: 'privacy.officer', name: 'Privacy Officer' };
    const role: Role = 'privacy';
    const token = await createRoleToken({ ...claims, role }, issuerKey.privateJwk);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(this.#at + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
