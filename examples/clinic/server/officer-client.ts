import {
  createRoleToken,
  type OfficerRole,
  type RoleTokenInput,
  SecureCallError,
} from '@secure-call/protocol';
import type { Key } from './clinic-keys.ts';
import { privacyOffice, roleIssuer } from './demo-people.ts';

export interface OfficerClientOptions {
  readonly serviceUrl: string;
  /** Signs role tokens. They are used here and never reach a browser. */
  readonly roleKey: Key;
}

/** Asks the key service in the name of the privacy office, and of those who may ask it themselves. */
export class OfficerClient {
  readonly #options: OfficerClientOptions;

  constructor(options: OfficerClientOptions) {
    this.#options = options;
  }

  /**
   * The key service's answer, whether or not it refuses.
   * @param officer - in whose name
   * @throws {SecureCallError} `service_unreachable`
   */
  ask(
    role: OfficerRole,
    path: string,
    init: RequestInit,
    officer: { readonly sub: string; readonly name: string } = privacyOffice,
  ): Promise<Response> {
    return this.#ask({ ...this.#parties, role, ...officer }, path, init);
  }

  /**
   * The same in the name of a patient, who sees accesses to their own calls only.
   * @param patient - pseudonym, as grants have it
   * @throws {SecureCallError} `service_unreachable`
   */
  askAsPatient(patient: string, path: string): Promise<Response> {
    const person = { sub: patient, name: 'The patient' };
    return this.#ask({ ...this.#parties, role: 'patient', patient, ...person }, path, {});
  }

  get #parties(): { readonly iss: string; readonly aud: string } {
    return { iss: roleIssuer, aud: this.#options.serviceUrl };
  }

  async #ask(claims: RoleTokenInput, path: string, init: RequestInit): Promise<Response> {
    const { serviceUrl, roleKey } = this.#options;
    const authorization = `Bearer ${await createRoleToken(claims, roleKey)}`;
    const answer = await fetch(`${serviceUrl}${path}`, { ...init, headers: { authorization } }).catch(
      () => undefined,
    );
    if (answer) return answer;
    throw new SecureCallError('service_unreachable', 'The key service does not answer.');
  }
}
