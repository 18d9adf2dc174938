import {
  checkpointOrigin,
  concat,
  formatNoteVerifier,
  namesKey,
  fromBase64,
  type NoteSigner,
  openCheckpoint,
  openNote,
  parseNoteVerifier,
  sha256,
  signCheckpoint,
  signNote,
  toBase64,
  utf8,
} from '@secure-call/protocol';
import { beforeAll, describe, expect, test } from 'vitest';
import published from '../../vectors/published/signed-note.json' with { type: 'json' };
import { refusal } from './refusal.ts';

const NAME = 'keys.example/calls/region-x';

async function createSigner(name = NAME): Promise<NoteSigner> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { name, privateKey: pair.privateKey, publicKey };
}

let signer: NoteSigner;
let root: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  signer = await createSigner();
  root = await sha256(utf8('head'));
});

describe('the published note', () => {
  test('opens under its published key', async () => {
    const verifier = await parseNoteVerifier(published.verifier);
    expect(await openNote(published.note, verifier)).toBe(published.text);
    expect(await formatNoteVerifier(verifier)).toBe(published.verifier);
  });

  test('is refused with any character changed', async () => {
    const verifier = await parseNoteVerifier(published.verifier);
    for (let at = 0; at < published.note.length; at += 1) {
      const other = published.note[at] === 'x' ? 'y' : 'x';
      const changed = published.note.slice(0, at) + other + published.note.slice(at + 1);
      expect([at, await refusal(() => openNote(changed, verifier))]).toEqual([at, 'checkpoint_invalid']);
    }
  });

  test('a key line with any character changed is refused', async () => {
    for (let at = 0; at < published.verifier.length; at += 1) {
      const other = published.verifier[at] === '0' ? '1' : '0';
      const changed = published.verifier.slice(0, at) + other + published.verifier.slice(at + 1);
      expect([at, await refusal(() => parseNoteVerifier(changed))]).toEqual([at, 'key_invalid']);
    }
    expect(await refusal(() => parseNoteVerifier(`${published.verifier}\n`))).toBe('key_invalid');
  });
});

test('a checkpoint has three lines, and opens as it was signed', async () => {
  const note = await signCheckpoint({ size: 7, root }, signer);
  expect(note.split('\n').slice(0, 4)).toEqual([NAME, '7', toBase64(root), '']);
  expect(await openCheckpoint(note, signer)).toEqual({ size: 7, root });
});

test('others may have signed it too', async () => {
  const note = await signCheckpoint({ size: 7, root }, signer);
  const witness = await createSigner('witness.example');
  const namesake = await createSigner();
  const text = await openNote(note, signer);
  const line = async (by: NoteSigner): Promise<string> => (await signNote(text, by)).slice(text.length + 1);
  const own = await line(signer);
  const many = `${text}\n${await line(witness)}${await line(namesake)}${own}`;
  expect(await openCheckpoint(many, signer)).toEqual({ size: 7, root });
  expect([await namesKey(many, signer), await namesKey(many, witness)]).toEqual([true, true]);
  const without = `${text}\n${await line(witness)}${await line(namesake)}`;
  expect(await refusal(() => openCheckpoint(without, signer))).toBe('checkpoint_invalid');
  expect(await namesKey(without, signer)).toBe(false);
});

test('a signature whose key id was put there by someone else is none', async () => {
  const note = await signCheckpoint({ size: 7, root }, await createSigner());
  const own = await signCheckpoint({ size: 8, root }, signer);
  const signatureOf = (signed: string) => fromBase64((signed.split(' ').at(-1) ?? '').trim());
  const forged = concat(signatureOf(own).slice(0, 4), signatureOf(note).slice(4));
  const lines = note.slice(0, note.lastIndexOf(' ') + 1);
  expect(await refusal(() => openCheckpoint(`${lines}${toBase64(forged)}\n`, signer))).toBe(
    'checkpoint_invalid',
  );
});

test.each([
  ['another log', `keys.example/calls/region-y\n7\n${'A'.repeat(43)}=\n`],
  ['a size that counts from nowhere', `${NAME}\n07\n${'A'.repeat(43)}=\n`],
  ['a size beyond what numbers hold', `${NAME}\n1000000000000000\n${'A'.repeat(43)}=\n`],
  ['a short root', `${NAME}\n7\n${'A'.repeat(39)}=\n`],
  ['a root of another spelling', `${NAME}\n7\n${'A'.repeat(42)}B=\n`],
  ['more lines', `${NAME}\n7\n${'A'.repeat(43)}=\nmore\n`],
  ['no size', `${NAME}\n`],
])('a signed text that is no checkpoint of this log is refused: %s', async (_, text) => {
  expect(await refusal(async () => openCheckpoint(await signNote(text, signer), signer))).toBe(
    'checkpoint_invalid',
  );
});

test.each(['', 'text', 'text\n', 'text\n\n', 'text\n\n— name AAAA'])('no note: %j', async note => {
  expect(await refusal(() => openNote(note, signer))).toBe('checkpoint_invalid');
});

test.each(['', 'a b', 'a+b', 'a\nb'])('a name that cannot stand in a note signs nothing: %j', async name => {
  expect(await refusal(() => signNote('text\n', { ...signer, name }))).toBe('key_invalid');
});

test('an origin is the address without its scheme, and the tenant', () => {
  expect(checkpointOrigin('https://keys.example/calls/', 'region-x')).toBe(NAME);
  expect(checkpointOrigin('http://localhost:8787', 'a b+c/d')).toBe('localhost:8787/a%20b%2Bc%2Fd');
  expect(checkpointOrigin('https://keys.example/a+b', 'x')).toBe('keys.example/a%2Bb/x');
});
