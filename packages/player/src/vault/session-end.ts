import type { SecureCallErrorCode } from '@secure-call/protocol';
import type { SessionEnd } from './vault-messages.ts';

/** What a refusal means for the session. */
export function endOf(code: SecureCallErrorCode): SessionEnd {
  if (code === 'session_revoked') return 'revoked';
  if (code === 'session_expired') return 'expired';
  return code === 'call_erased' ? 'erased' : 'refused';
}
