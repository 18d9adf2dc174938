import { about } from './about.ts';
import { callListView } from './call-list.ts';
import { type CallList, fetchCallList, type ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { chooseMessages, type Messages } from './messages.ts';
import { PlayerPanel } from './player-panel.ts';
import { RecordPanel } from './record-panel.ts';
import { topBar } from './top-bar.ts';
import { TracePanel } from './trace-panel.ts';

async function start(): Promise<void> {
  const messages = chooseMessages(location.search, navigator.languages);
  document.documentElement.lang = messages.language;
  document.title = `${messages.pageTitle} · secure-call-player`;
  const list = await fetchCallList().catch(() => undefined);
  if (list === undefined)
    document.body.append(element('p', { class: 'failure', role: 'alert' }, messages.callsFailed));
  else build(list, messages);
}

function build({ calls, frame, storage, signedIn }: CallList, messages: Messages): void {
  const record = new RecordPanel(messages, signedIn.name);
  const player = new PlayerPanel({
    frame,
    messages,
    onSession: session => record.follow(session),
    onRefused: () => record.showRefused(),
    showRecord: () => record.focus(),
    backToList: () => list.focus(),
  });
  const list = callListView(calls, messages, () => {
    if (player.isOver) show(shown);
  });
  const trace = new TracePanel(calls, messages);
  const heading = element('h1', { class: 'visually-hidden' }, messages.pageTitle);
  const main = element('main', { id: 'player', tabindex: '-1' }, heading, player.root);
  document.body.append(
    topBar({ page: '/', skipTo: 'player', skip: messages.skip, who: signedIn }, messages),
    element('div', { class: 'columns' }, list.root, main, record.root, trace.root, about(storage, messages)),
  );
  let shown: ListedCall | undefined;
  const show = (call: ListedCall | undefined): void => {
    if (!call) return;
    shown = call;
    list.mark(call);
    record.showCall(call);
    player.show(call);
  };
  const addressed = (): ListedCall | undefined => calls.find(({ call }) => location.hash === `#${call}`);
  addEventListener('hashchange', () => {
    const call = addressed();
    if (call !== shown) show(call);
  });
  show(addressed() ?? calls[0]);
}

void start();
