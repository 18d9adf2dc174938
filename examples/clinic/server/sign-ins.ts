import { randomBytes } from 'node:crypto';

const CODE_MS = 60_000;
const SESSION_MS = 12 * 3600_000;

/** Which browsers are signed in, at the application and at the player's frame. A real one keeps this in its database. */
export class SignIns {
  /** Until when, in milliseconds since the epoch, by code or session. */
  readonly #codes = new Map<string, number>();
  readonly #appSessions = new Map<string, number>();
  readonly #frameSessions = new Map<string, number>();

  /** Someone has signed in at the application. @returns the session for its cookie */
  startAppSession(): string {
    return remember(this.#appSessions, SESSION_MS);
  }

  hasAppSession(session: string | undefined): boolean {
    return isGood(this.#appSessions, session);
  }

  /** What takes a sign-in over to the frame's origin: good once, for a minute. */
  createHandOver(): string {
    return remember(this.#codes, CODE_MS);
  }

  /** @returns the session for the frame's cookie; undefined where the code is unknown, used or too old */
  redeem(code: string): string | undefined {
    if (!isGood(this.#codes, code)) return undefined;
    this.#codes.delete(code);
    return remember(this.#frameSessions, SESSION_MS);
  }

  hasFrameSession(session: string | undefined): boolean {
    return isGood(this.#frameSessions, session);
  }
}

function remember(known: Map<string, number>, forMs: number): string {
  const now = Date.now();
  for (const [name, until] of known) if (until <= now) known.delete(name);
  const name = randomBytes(32).toString('base64url');
  known.set(name, now + forMs);
  return name;
}

const isGood = (known: ReadonlyMap<string, number>, name: string | undefined): boolean =>
  name !== undefined && (known.get(name) ?? 0) > Date.now();
