import { element } from './dom.ts';
import { openPage } from './open-page.ts';
import { TracePanel } from './trace-panel.ts';

void openPage(
  {
    path: '/trace',
    title: ({ trace }) => trace.heading,
    skipTo: 'trace-heading',
    skip: ({ trace }) => trace.heading,
    who: ({ trace }) => trace.office,
  },
  ({ messages, list, guide }) => {
    const { trace } = messages;
    const panel = new TracePanel({
      list,
      messages,
      heardCall: guide.call,
      onNamed: () => guide.markDone('trace'),
    });
    const title = element('h1', { id: 'trace-heading', tabindex: '-1' }, trace.heading);
    const head = element(
      'header',
      {},
      element('div', {}, title, element('p', { class: 'lead' }, trace.intro)),
    );
    const main = element('main', { class: 'text-page narrow' }, head, panel.root);
    return { content: [main], places: { trace: () => panel.focus() } };
  },
);
