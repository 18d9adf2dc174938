import { createRoleToken, type OfficerRole, SecureCallError } from '@secure-call/protocol';
import type { Key } from './clinic-keys.ts';
import { privacyOffice, roleIssuer } from './demo-people.ts';

export interface OfficerClientOptions {
  readonly serviceUrl: string;
  /** Signs role tokens. They are used here and never reach a browser. */
  readonly roleKey: Key;
}

/** Asks the key service in the privacy office's name. */
export class OfficerClient {
  readonly #options: OfficerClientOptions;

  constructor(options: OfficerClientOptions) {
    this.#options = options;
  }

  /**
   * The key service's answer, whether or not it refuses.
   * @throws {SecureCallError} `service_unreachable`
   */
  async ask(role: OfficerRole, path: string, init: RequestInit): Promise<Response> {
    const { serviceUrl, roleKey } = this.#options;
    const token = await createRoleToken(
      { iss: roleIssuer, aud: serviceUrl, role, ...privacyOffice },
      roleKey,
    );
    const authorization = `Bearer ${token}`;
    const answer = await fetch(`${serviceUrl}${path}`, { ...init, headers: { authorization } }).catch(
      () => undefined,
    );
    if (answer) return answer;
    throw new SecureCallError('service_unreachable', 'The key service does not answer.');
  }
}
