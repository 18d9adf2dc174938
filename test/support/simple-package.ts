import type { PackResult } from '@secure-call/packager';
import {
  deriveSegmentKey,
  importCallKey,
  type KeyPair,
  openSealedKey,
  parseJson,
} from '@secure-call/protocol';
import * as v from 'valibot';

const registered = v.looseObject({ jwe: v.any(), manifestSha256: v.string() });

const registrationOf = ({ registration }: PackResult): v.InferOutput<typeof registered> =>
  parseJson(
    registered,
    Buffer.from(registration.split('.')[1] ?? '', 'base64url').toString(),
    'registration',
  );

/** What a backend that holds the archive key can do: the bytes of a segment's key by its id. */
export async function packageKeys(
  pack: PackResult,
  archive: KeyPair,
): Promise<(keyId: string) => Promise<Uint8Array | undefined>> {
  const { tenant, call, rev, packageId, tracks } = pack.manifest;
  const { jwe, manifestSha256 } = registrationOf(pack);
  const sealed = await openSealedKey(jwe, { tenant, call, rev, manifestSha256 }, archive.privateJwk);
  const callKey = await importCallKey(sealed);
  return async keyId => {
    const [id, name, variant, index] = keyId.split('/');
    const track = tracks.find(candidate => candidate.name === name);
    if (!track || id !== packageId || variant !== '0') return undefined;
    const binding = {
      tenant,
      call,
      rev,
      track: track.name,
      variant: 0,
      index: Number(index),
      total: track.total,
    } as const;
    const key = await deriveSegmentKey(callKey, binding, true);
    return new Uint8Array(await crypto.subtle.exportKey('raw', key));
  };
}
