import { callListView } from './call-list.ts';
import { type CallList, fetchCallList, type ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { chooseMessages, type Messages } from './messages.ts';
import { PlayerPanel } from './player-panel.ts';
import { RecordPanel } from './record-panel.ts';
import { topBar } from './top-bar.ts';

async function start(): Promise<void> {
  const messages = chooseMessages(location.search, navigator.languages);
  document.documentElement.lang = messages.language;
  document.title = `${messages.pageTitle} · secure-call-player`;
  const list = await fetchCallList().catch(() => undefined);
  if (list === undefined)
    document.body.append(element('p', { class: 'failure', role: 'alert' }, messages.callsFailed));
  else build(list, messages);
}

function build({ calls, service, signedIn }: CallList, messages: Messages): void {
  const list = callListView(calls, messages);
  const record = new RecordPanel(messages, signedIn.name);
  const player = new PlayerPanel({
    service,
    messages,
    onSession: session => record.follow(session),
    onRefused: () => record.showRefused(),
    showRecord: () => record.focus(),
    backToList: () => list.focus(),
  });
  const heading = element('h1', { class: 'visually-hidden' }, messages.pageTitle);
  const main = element('main', { id: 'player', tabindex: '-1' }, heading, player.root);
  document.body.append(
    topBar(signedIn, messages),
    element('div', { class: 'columns' }, list.root, main, record.root),
  );
  let shown: ListedCall | undefined;
  const show = (): void => {
    const chosen = calls.find(({ call }) => location.hash === `#${call}`) ?? shown ?? calls[0];
    if (!chosen || chosen === shown) return;
    shown = chosen;
    list.mark(chosen);
    record.clear();
    player.show(chosen);
  };
  addEventListener('hashchange', show);
  show();
}

void start();
