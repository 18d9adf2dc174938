/** One name for a session in all of the origin's pages and Workers (Web Locks). */
const lockName = (sid: string): string => `secure-call/${sid}`;

/**
 * Shows for as long as this Worker lives that the session does too; the browser ends it with the Worker, however that
 * ends.
 * @returns a function that gives it up
 * @throws where the browser has no Web Locks, or none here
 */
export async function holdSession(sid: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(lockName(sid), () => new Promise<void>(release => resolve(release)))
      .catch(reject);
  });
}

/** Does work on a session that nobody lives in and nobody else works on. @returns undefined where someone does */
export async function withLeftSession<Result>(
  sid: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  return navigator.locks.request(lockName(sid), { ifAvailable: true }, async lock =>
    lock ? work() : undefined,
  );
}
