import { SecureCallError } from '@secure-call/protocol';

/**
 * The code a call is refused with, or 'accepted'. Anything thrown that is not the project's own error is thrown on,
 * so that a test fails on it.
 */
export async function refusal(action: () => unknown): Promise<string> {
  return (await refusalOf(action))?.code ?? 'accepted';
}

/** The error a call is refused with. */
export async function refusalOf(action: () => unknown): Promise<SecureCallError | undefined> {
  try {
    await action();
  } catch (error) {
    if (error instanceof SecureCallError) return error;
    throw error;
  }
  return undefined;
}
