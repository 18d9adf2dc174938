import { SecureCallError } from '@secure-call/protocol';
import { UsageError } from './command.ts';

/** An error in words. What is not ours may quote data, so only its kind is told. */
export function describeError(error: unknown): string {
  if (error instanceof SecureCallError || isUsageError(error)) return error.message;
  const code = error instanceof Error && 'code' in error ? ` ${String(error.code)}` : '';
  return `Unexpected failure (${error instanceof Error ? error.name : typeof error}${code}).`;
}

/** Whether the command line is at fault; `parseArgs` throws TypeErrors with codes of this form. */
export function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}
