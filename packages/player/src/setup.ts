import { SecureCallError } from '@secure-call/protocol';
import type { AnySource, CallPlayerOptions } from './call-player.ts';
import { assertSource } from './simple-source.ts';

/**
 * Checks what the embedding page has set up, before anything is asked or loaded.
 * @throws {SecureCallError} `setup_invalid`, in words for whoever builds the page
 */
export function assertSetup({
  source,
  onAccessEvent,
  workerUrl,
  workletUrl,
}: CallPlayerOptions<AnySource>): void {
  assertSource(source, onAccessEvent !== undefined);
  if (workerUrl !== undefined) assertOwnOrigin(String(workerUrl));
  if (workletUrl !== undefined) assertOwnOrigin(String(workletUrl));
}

/**
 * Browsers start Workers from the page's own origin only, and the watermark is to come from nowhere else either.
 * @throws {SecureCallError} `setup_invalid`
 */
export function assertOwnOrigin(address: string): void {
  if (new URL(address, location.href).origin === location.origin) return;
  throw new SecureCallError(
    'setup_invalid',
    'Vault worker and watermark must be served from the page’s own origin: set workerUrl and workletUrl.',
  );
}
