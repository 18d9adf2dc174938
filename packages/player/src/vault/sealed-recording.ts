import type { Bytes, ContentKeyKind } from '@secure-call/protocol';
import type { RecordingDescription } from './recording-description.ts';

/** What besides sound a recording may hold for the listener. */
export type DataName = 'peaks' | 'transcript';

/** A recording in storage whose segments wait for the host's keys. */
export interface SealedRecording {
  readonly description: RecordingDescription;
  readonly keyKind: ContentKeyKind;
  /** The call that key sets have to name; undefined where the recording does not know it. */
  readonly binding: { readonly call: string; readonly rev: number } | undefined;
  /** Ids of the keys that open these seconds, without repeats; never none. */
  keyIds(fromSeconds: number, toSeconds: number): readonly string[];
  /** Id of a segment's key; undefined where it is stored in clear. */
  keyId(index: number): string | undefined;
  /** Ids of the keys of waveform or transcript; none where there is no such track. */
  dataKeyIds(name: DataName): readonly string[];
  /** A segment as storage has it. @throws {SecureCallError} `integrity_failed`, `media_unavailable` */
  stored(index: number): Promise<Bytes>;
  /** @throws {SecureCallError} `integrity_failed` when this is not what was sealed under this key */
  open(index: number, key: CryptoKey | undefined, stored: Bytes): Promise<Bytes>;
  /** Opens waveform or transcript. @throws {SecureCallError} */
  openData(name: DataName, key: (id: string) => Promise<CryptoKey>): Promise<Bytes>;
  /** Starts fetching what plays from here. */
  prefetch(seconds: number): void;
  /** Stops every fetch and forgets everything. */
  close(): void;
}
