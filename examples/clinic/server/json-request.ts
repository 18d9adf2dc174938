import { fromUtf8, parseJson, SecureCallError } from '@secure-call/protocol';
import type * as v from 'valibot';

const MAX_BODY_BYTES = 16 * 1024;

/**
 * Reads JSON that the application's own page sent.
 * @throws {SecureCallError} `not_permitted` when it comes from elsewhere, `request_invalid` when it is malformed
 */
export async function readJson<const TSchema extends v.GenericSchema>(
  request: Request,
  appUrl: string,
  schema: TSchema,
): Promise<v.InferOutput<TSchema>> {
  assertPosted(request, appUrl);
  const declaredBytes = Number(request.headers.get('content-length') ?? Number.NaN);
  if (!(declaredBytes <= MAX_BODY_BYTES))
    throw new SecureCallError('request_invalid', 'The request has no length, or is too large.');
  return parseJson(schema, fromUtf8(new Uint8Array(await request.arrayBuffer())), 'request');
}

/**
 * What a page sends says where it comes from.
 * @throws {SecureCallError} `not_permitted` when that is not the application's own page
 */
export function assertPosted(request: Request, appUrl: string): void {
  if (request.headers.get('origin') !== appUrl) throw foreign();
  assertOwnPage(request);
}

/**
 * The browser states which site asks, and a page cannot make it lie: no other site acts in the person's name.
 * @throws {SecureCallError} `not_permitted`
 */
export function assertOwnPage(request: Request): void {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') throw foreign();
}

const foreign = (): SecureCallError =>
  new SecureCallError('not_permitted', 'The request does not come from the application’s page.');
