import { fromProblem, type ServiceRefusal } from '@secure-call/protocol';
import { expect } from 'vitest';
import { Refused } from './browser.ts';

/** The problem that a request was refused with. */
export async function problemOf(attempt: Promise<unknown>): Promise<Refused['problem']> {
  const outcome: unknown = await attempt.catch((error: unknown) => error);
  if (outcome instanceof Refused) return outcome.problem;
  if (outcome instanceof Error) throw outcome;
  throw new Error('The request was not refused.');
}

/** Expects a refusal with this code, and the headers of one. */
export async function expectRefusal(
  answered: Response | Promise<Response>,
  code: string,
): Promise<ServiceRefusal> {
  const response = await answered;
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const document: unknown = await response.json();
  const refusal = fromProblem(document);
  expect(document).toMatchObject({ code, status: response.status });
  if (!refusal) throw new Error('The answer is no problem document.');
  return refusal;
}
