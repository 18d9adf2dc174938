import * as v from 'valibot';
import { SecureCallError, type SecureCallErrorCode } from './errors.ts';

/**
 * Checks data from outside against a schema.
 * @param what - names the data in the error, e.g. "manifest"
 * @throws {SecureCallError} with `code`; the message names the first failing field, never its value
 */
export function parse<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  data: unknown,
  what: string,
  code: SecureCallErrorCode = 'request_invalid',
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, data, { abortEarly: true });
  if (result.success) return result.output;
  const field = v.getDotPath(result.issues[0]) ?? 'value';
  throw new SecureCallError(code, `The ${what} is not valid at "${field}".`);
}

/** Parses JSON text, then checks it. @throws {SecureCallError} with `code` */
export function parseJson<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  text: string,
  what: string,
  code: SecureCallErrorCode = 'request_invalid',
): v.InferOutput<TSchema> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new SecureCallError(code, `The ${what} is not JSON.`);
  }
  return parse(schema, data, what, code);
}
