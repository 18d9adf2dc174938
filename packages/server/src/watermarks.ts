import { type GrantClaims, randomBytes, ServiceRefusal, type SessionAnswer } from '@secure-call/protocol';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import { keyedHashText } from './service-secrets.ts';
import type { SessionRow } from './sessions.ts';

const MAX_ATTEMPTS = 16;

/**
 * A random 32-bit id that no other session of the tenant has: it names the session, and the person only through it.
 * @throws {ServiceRefusal} `audit_unavailable` when no free id was found
 */
export async function allotWatermarkId({ db }: ServiceTransaction, tenant: string): Promise<number> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const id = new DataView(randomBytes(4).buffer).getUint32(0);
    const taken = await db
      .selectFrom('session')
      .select('sid')
      .where('tenant', '=', tenant)
      .where('watermark_id', '=', id)
      .executeTakeFirst();
    if (!taken) return id;
  }
  throw new ServiceRefusal('audit_unavailable', 'No watermark is free for this session.');
}

/**
 * What the player needs to mark the sound. The key is the tenant's, not the session's: a recording of unknown origin
 * can only be searched for marks under a key that is known beforehand.
 */
export async function watermarkOf(
  context: ServiceContext,
  session: SessionRow,
  { name, call }: GrantClaims,
): Promise<SessionAnswer['watermark']> {
  return {
    id: session.watermark_id,
    key: await keyedHashText(context.secrets.watermark, session.tenant),
    required: call.watermark.client === 'required',
    visible: { name, unit: call.unit.name },
  };
}
