import type { Messages } from './messages.ts';

/** Addresses of the pages, without their queries. */
export type PagePath = '/' | '/listen' | '/bucket' | '/who-listened' | '/reviews' | '/trace';

/** What the navigation leads to, in order. */
export function navigation(messages: Messages): readonly (readonly [path: PagePath, words: string])[] {
  return [
    ['/listen', messages.listen],
    ['/bucket', messages.bucket.name],
    ['/who-listened', messages.people.whoListened],
    ['/reviews', messages.people.reviews],
    ['/trace', messages.trace.heading],
  ];
}

/** An address in the language that was asked for in this one. */
export function inLanguage(path: string): string {
  const asked = new URLSearchParams(location.search).get('lang');
  return asked === null ? path : withLanguage(path, asked);
}

export const withLanguage = (path: string, language: string): string =>
  `${path}?${new URLSearchParams({ lang: language })}`;
