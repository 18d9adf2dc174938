import { SecureCallError } from '@secure-call/protocol';

/** Says where in the configuration an error lies; file names could hold anything and are not told. */
export async function naming<T>(place: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    if (!(cause instanceof SecureCallError)) throw cause;
    throw new SecureCallError(cause.code, `${place}: ${cause.message}`, { cause });
  }
}
