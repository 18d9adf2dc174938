// Issues grants for the Secure Call Player with the library jose alone.
// From a shell: node grant-jose.mjs ISSUER.jwk ISS AUD SUB NAME CALL THUMBPRINT PURPOSE [NOTE]
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { importJWK, SignJWT } from 'jose';

/**
 * Call this only once your own rules have said that the listener may hear the call.
 * @param issuer - `{ iss, jwk }`: the host, and the private JWK that "secure-call keygen issuer" wrote
 * @param audience - the key service's public URL
 * @param listener - `{ sub, name, role }`, as your own login says
 * @param asked - `{ call, thumbprint, purpose, note? }`, as the browser sent it
 */
async function issueGrant(issuer, audience, listener, { call, thumbprint, purpose, note }) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer.iss,
    aud: audience,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    sub: listener.sub,
    name: listener.name,
    role: listener.role,
    cnf: { jkt: thumbprint },
    call: {
      id: call,
      // Patient, unit and relation come from your own data, never from the browser.
      patient: 'pseudonym-17',
      unit: { id: 'unit-17', name: 'Advice line' },
      purpose,
      relation: 'care-team',
      ...(note && { note }),
      ...(purpose === 'ETREAT' && { breakGlass: { reason: note, notify: ['privacy-office'] } }),
      maxSessionSeconds: 1800,
      maxRate: 2,
      watermark: { client: 'required' },
    },
  };
  const header = { alg: 'ES256', kid: issuer.jwk.kid, typ: 'secure-call-grant+jwt' };
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(issuer.jwk, 'ES256'));
}

const [file, iss, aud, sub, name, call, thumbprint, purpose, note] = process.argv.slice(2);
const jwk = JSON.parse(await readFile(file, 'utf8'));
const asked = { call, thumbprint, purpose, note };
console.log(await issueGrant({ iss, jwk }, aud, { sub, name, role: 'nurse' }, asked));
