import { assertOwnOrigin } from './setup.ts';

interface TrustedTypesFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

let policy: ReturnType<TrustedTypesFactory['createPolicy']> | undefined;

/**
 * Under `require-trusted-types-for 'script'` scripts are loaded only through a policy; ours is named `secure-call`.
 * @throws {SecureCallError} `setup_invalid` where the address is not of the page's own origin
 */
export function trustedScript(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypesFactory };
  policy ??= trustedTypes?.createPolicy('secure-call', { createScriptURL: sameOrigin });
  return policy ? policy.createScriptURL(address) : address;
}

function sameOrigin(url: string): string {
  assertOwnOrigin(url);
  return url;
}
