import { grantAccess, type GrantDesk, grantRequestSchema } from './grants.ts';
import { readJson } from './json-request.ts';

/**
 * Answers a page's request for a grant.
 * @param pageUrl - the origin whose page may ask
 * @throws {SecureCallError} `not_permitted`, `call_unknown`, `request_invalid`
 */
export async function answerGrant(request: Request, pageUrl: string, desk: GrantDesk): Promise<Response> {
  const asked = await readJson(request, pageUrl, grantRequestSchema);
  return Response.json({ grant: await grantAccess(desk, asked) });
}
