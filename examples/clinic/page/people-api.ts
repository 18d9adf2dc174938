/** An access to the patient's own call. Times are ISO 8601. */
export interface SeenAccess {
  readonly startedAt: string;
  readonly role: string;
  readonly unit: string;
  /** HL7 v3-ActReason. */
  readonly purpose: string;
  readonly emergency: boolean;
  readonly refused: boolean;
  /** Seconds of the recording, in order. */
  readonly heard: readonly (readonly [from: number, to: number])[];
  readonly heardSeconds: number;
  readonly unlockedSeconds: number;
  readonly tracks: readonly string[];
  readonly reviewBy?: string;
  readonly review?: { readonly outcome: string; readonly at: string };
}

export interface ReviewNote {
  readonly outcome: string;
  readonly note?: string;
  /** The reviewer's name. */
  readonly by: string;
  readonly at: string;
}

/** An access that waits for a review. */
export interface QueuedAccess {
  readonly n: number;
  readonly call: string;
  readonly name: string;
  readonly role: string;
  readonly unit: { readonly name: string };
  readonly purpose: string;
  readonly note: string | null;
  readonly emergency: boolean;
  readonly emergencyReason: string | null;
  readonly startedAt: string;
  readonly unlockedSeconds: number;
  readonly heardSeconds: number;
  readonly tracks: readonly string[];
  /** Rules that put it in the queue. */
  readonly reasons: readonly string[];
  readonly notice?: { readonly notify: readonly string[]; readonly at: string };
  readonly reviewBy?: string;
  readonly earlier?: ReviewNote;
}

export interface ReviewPage {
  readonly reviewer: string;
  readonly reviews: readonly QueuedAccess[];
  readonly done: readonly (ReviewNote & {
    readonly n: number;
    readonly name: string;
    readonly call: string;
  })[];
  readonly refusals: readonly {
    readonly at: string;
    readonly role?: string;
    readonly unit?: string;
    readonly call: string;
    readonly purpose: string;
  }[];
  readonly readings: readonly {
    readonly name?: string;
    readonly role: string;
    readonly view: string;
    readonly at: string;
  }[];
}

export interface Review {
  readonly n: number;
  readonly outcome: string;
  readonly note?: string;
}

/** Who opened a call, newest first. @returns undefined when the record cannot be read */
export async function fetchAccesses(call: string): Promise<readonly SeenAccess[] | undefined> {
  const answer = await get<{ accesses: readonly SeenAccess[] }>(`/accesses.json?call=${call}`);
  return answer?.accesses;
}

/** @returns undefined when the record cannot be read */
export const fetchReviews = (): Promise<ReviewPage | undefined> => get('/reviews.json');

/** @returns whether the review is on record */
export const recordReview = (review: Review): Promise<boolean> => post('/reviews', review);

/** Has colleagues ask for a call. @returns whether they did */
export const makeSampleAccesses = (call: string): Promise<boolean> => post('/sample-accesses', { call });

async function get<Answer>(path: string): Promise<Answer | undefined> {
  const response = await fetch(path, { cache: 'no-store' }).catch(() => undefined);
  return response?.ok ? ((await response.json()) as Answer) : undefined;
}

async function post(path: string, body: unknown): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(path, init).catch(() => undefined);
  return response?.ok ?? false;
}
