import { SecureCallError } from '@secure-call/protocol';
import type { TenantOptions } from './service-options.ts';

const DEFAULT_YEARS = 6;
/** The database refuses to delete what is younger, whoever asks. */
export const RETENTION_FLOOR_YEARS = 5;

/** For how long a tenant keeps what its records tell. @throws {SecureCallError} `configuration_invalid` below five years */
export function retentionYearsOf({ retentionYears = DEFAULT_YEARS }: TenantOptions): number {
  if (Number.isInteger(retentionYears) && retentionYears >= RETENTION_FLOOR_YEARS) return retentionYears;
  throw new SecureCallError(
    'configuration_invalid',
    `retentionYears is a whole number of at least ${RETENTION_FLOOR_YEARS}: the access record is kept for so long.`,
  );
}
