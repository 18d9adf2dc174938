import { SecureCallError } from '@secure-call/protocol';
import type { AnySource, CallPlayerOptions, CallSource, ListeningReason } from './call-player.ts';
import { isSimpleSource, type SimpleSource } from './simple-source.ts';
import { untilAborted } from './until-aborted.ts';
import type { VaultClient } from './vault-client.ts';
import type { OpenedSession } from './vault/vault-messages.ts';

/** Has the vault open the call, by a grant or by the host's own keys. @throws {SecureCallError} */
export async function openCall(
  vault: VaultClient,
  { source, fetchMedia }: CallPlayerOptions<AnySource>,
  reason: ListeningReason | undefined,
  signal: AbortSignal,
): Promise<OpenedSession> {
  const pageFetches = fetchMedia !== undefined;
  if (isSimpleSource(source)) return openSimple(vault, source, reason, pageFetches);
  const { call, service } = source;
  const deviceKeyThumbprint = await vault.call('deviceKey', undefined);
  const grant = await authorize(source, reason, deviceKeyThumbprint, signal);
  return vault.call('open', { service, call, grant, pageFetches });
}

function openSimple(
  vault: VaultClient,
  source: SimpleSource,
  reason: ListeningReason | undefined,
  pageFetches: boolean,
): Promise<OpenedSession> {
  const { media, packagerKeys = [], allowOrigins = [], channels = ['both'], audit } = source;
  return vault.call('openSimple', {
    media,
    packagerKeys,
    allowOrigins,
    channels,
    audited: audit === 'callback',
    keyAgreement: source.keyAgreement ?? 'ECDH-ES+A256KW',
    listener: source.listener ?? { name: '', unit: '' },
    purpose: reason?.purpose ?? '',
    pageFetches,
  });
}

async function authorize(
  { call, authorize: ask }: CallSource,
  reason: ListeningReason | undefined,
  deviceKeyThumbprint: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await untilAborted(ask({ call, reason, deviceKeyThumbprint, signal }), signal);
  } catch (cause) {
    if (cause instanceof SecureCallError) throw cause;
    throw new SecureCallError('authorize_failed', 'The permission to open this call could not be obtained.', {
      cause,
    });
  }
}
