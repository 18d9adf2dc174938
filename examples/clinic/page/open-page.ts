import { type CallList, fetchCallList } from './clinic-api.ts';
import { element } from './dom.ts';
import { GuideProgress } from './guide-progress.ts';
import { type GuidePlaces, GuideStrip } from './guide-strip.ts';
import { chooseMessages, type Messages } from './messages.ts';
import type { PagePath } from './site-pages.ts';
import { topBar } from './top-bar.ts';

export interface PageOptions {
  readonly path: PagePath;
  /** What the browser's tab says. */
  readonly title: (messages: Messages) => string;
  /** Id of what the page is about, and the words of the link there. */
  readonly skipTo: string;
  readonly skip: (messages: Messages) => string;
  /** In whose name the page is seen. */
  readonly who: (messages: Messages, list: CallList) => { readonly name: string; readonly unit: string };
}

/** What every page begins with. */
export interface OpenPage {
  readonly messages: Messages;
  readonly list: CallList;
  readonly guide: GuideProgress;
}

/**
 * Puts up what every page has: language, title, top bar and guide. Where the application does not answer, it says so and
 * offers to try again; the rest of the page is then not built.
 * @param build - the page's content, and where the guide's steps are on it
 */
export async function openPage(
  options: PageOptions,
  build: (page: OpenPage) => { readonly content: readonly Element[]; readonly places?: GuidePlaces },
): Promise<void> {
  const messages = chooseMessages(location.search, navigator.languages);
  document.documentElement.lang = messages.language;
  document.title = `${options.title(messages)} · secure-call-player`;
  const list = await fetchCallList().catch(() => undefined);
  const who = list ? options.who(messages, list) : messages.bucket.nobody;
  const { path: page, skipTo } = options;
  document.body.append(topBar({ page, skipTo, skip: options.skip(messages), who }, messages));
  if (list === undefined) {
    document.body.append(failure(skipTo, messages));
    return;
  }
  const guide = new GuideProgress();
  const { content, places } = build({ messages, list, guide });
  document.body.append(new GuideStrip(page, guide, messages, places).root, ...content);
}

function failure(id: string, messages: Messages): HTMLElement {
  const again = element('button', { type: 'button', class: 'button' }, messages.people.again);
  again.addEventListener('click', () => location.reload());
  return element(
    'main',
    { class: 'failure', id, tabindex: '-1' },
    element('h1', {}, messages.callsFailedTitle),
    element('p', { role: 'alert' }, messages.callsFailed),
    again,
  );
}
