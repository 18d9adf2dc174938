import { generateKey, type KeyPair } from '@secure-call/protocol';

export interface PackingKeys {
  readonly archive: KeyPair;
  readonly packager: KeyPair;
}

export async function packingKeys(): Promise<PackingKeys> {
  return { archive: await generateKey('archive'), packager: await generateKey('packager') };
}
