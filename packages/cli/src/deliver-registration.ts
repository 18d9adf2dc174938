import { rm } from 'node:fs/promises';
import { type PackResult, removePackage } from '@secure-call/packager';
import { SecureCallError } from '@secure-call/protocol';
import { fileTarget, type RegistrationTarget } from './registration-target.ts';

/** Where registrations go. */
export interface RegistrationRoute {
  readonly register: RegistrationTarget;
  /** Keeps a copy of what is sent. */
  readonly keep: RegistrationTarget | undefined;
}

/** What became of a registration. */
export interface Delivery {
  /** The URL or the file that has it now. */
  readonly registration: string;
  /** Set when the service did not answer: the package then waits for what is in the file. */
  readonly unanswered: string | undefined;
}

/**
 * Delivers the registration of a new package. A package whose registration is refused can never be opened and is not
 * left in storage; where no answer came the service may have taken it, so that the package stays.
 * @throws {SecureCallError} when nothing was left behind
 */
export async function deliverRegistration(route: RegistrationRoute, packed: PackResult): Promise<Delivery> {
  const { registration, packageId, folder } = packed;
  let kept: string | undefined;
  try {
    kept = await route.keep?.take(registration, packageId);
    return await takeOrKeep(route.register, packed, kept);
  } catch (error) {
    if (kept !== undefined) await rm(kept);
    await removePackage(folder);
    throw error;
  }
}

async function takeOrKeep(
  register: RegistrationTarget,
  { registration, packageId }: PackResult,
  kept: string | undefined,
): Promise<Delivery> {
  try {
    return { registration: await register.take(registration, packageId), unanswered: undefined };
  } catch (error) {
    if (!(error instanceof SecureCallError) || error.code !== 'service_unreachable') throw error;
    // Not in storage, which anyone may read.
    const file = kept ?? (await fileTarget('.').take(registration, packageId));
    return { registration: file, unanswered: error.message };
  }
}
