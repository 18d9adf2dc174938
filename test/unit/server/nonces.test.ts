import { expect, test } from 'vitest';
import { Nonces } from '../../../packages/server/src/nonces.ts';

const LIFETIME_SECONDS = 120;
const NOW = Date.UTC(2026, 0, 1);

const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 };
const makeKey = (): Promise<CryptoKey> => crypto.subtle.generateKey(hmac, false, ['sign', 'verify']);

const [first, second, stranger] = [await makeKey(), await makeKey(), await makeKey()];
const nonces = new Nonces([first, second], LIFETIME_SECONDS);

test('a nonce is good until its time is over, to the millisecond', () => {
  const nonce = nonces.issue(NOW);
  const expiry = NOW + LIFETIME_SECONDS * 1000;
  for (const now of [NOW, expiry - 1]) expect(nonces.expiryOf(nonce, now)).toBe(expiry);
  for (const now of [expiry, expiry + 1]) expect(nonces.expiryOf(nonce, now)).toBeUndefined();
});

test('each moment has one of its own', () => {
  const nonce = nonces.issue(NOW);
  expect(nonces.issue(NOW)).toBe(nonce);
  const later = nonces.issue(NOW + 1);
  expect(later).not.toBe(nonce);
  expect(nonces.expiryOf(later, NOW + 1)).toBe(NOW + 1 + LIFETIME_SECONDS * 1000);
  expect(nonces.issue(NOW)).toBe(nonce);
});

test('the first key makes them, each of the ring is taken, and no other', () => {
  const made = (key: CryptoKey): string => new Nonces([key], LIFETIME_SECONDS).issue(NOW);
  expect(made(first)).toBe(nonces.issue(NOW));
  for (const key of [first, second]) expect(nonces.expiryOf(made(key), NOW)).toBeDefined();
  expect(nonces.expiryOf(made(stranger), NOW)).toBeUndefined();
});

test('what is not as it was issued is none', () => {
  const nonce = nonces.issue(NOW);
  const [time = '', mac = ''] = nonce.split('.');
  // The last character of 32 bytes has two bits that stand for nothing.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const respelled = mac.slice(0, -1) + alphabet[alphabet.indexOf(mac.slice(-1)) ^ 1];
  const later = (NOW + 1).toString(36);
  for (const other of [
    '',
    '.',
    time,
    `${time}.`,
    `.${mac}`,
    `${time}.${mac.slice(1)}`,
    `${time}.${mac}A`,
    `${time}.${respelled}`,
    `${time.toUpperCase()}.${mac}`,
    `${later}.${mac}`,
    `${time}.${'Ä'.repeat(43)}`,
    `${time}.${'Ä'.repeat(21)}A`,
    `NaN.${mac}`,
  ])
    expect(nonces.expiryOf(other, NOW)).toBeUndefined();
});
