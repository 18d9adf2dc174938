import '@secure-call/element/define';
import type { Isolation, SecureCallPlayerElement } from '@secure-call/element';

/** The page's hand for tests: the element, in this page or in a frame. */
export interface ElementPage {
  readonly events: string[];
  element: SecureCallPlayerElement | undefined;
  isolated(isolation: Isolation): void;
  plain(call: { readonly call: string; readonly service: string }): void;
}

declare global {
  interface Window {
    host: ElementPage;
  }
}

async function authorize({ signal: _signal, ...asked }: { readonly signal: AbortSignal }): Promise<string> {
  const response = await fetch('/grants', { method: 'POST', body: JSON.stringify(asked) });
  return response.text();
}

const eventNames =
  'play pause ended waiting timeupdate seeking seeked ratechange volumechange durationchange accesschange lockchange callerror accessevent reasonrequest';

function create(host: ElementPage): SecureCallPlayerElement {
  const element = document.createElement('secure-call-player');
  host.element?.remove();
  host.element = element;
  for (const name of eventNames.split(' '))
    element.addEventListener(name, event =>
      host.events.push(event instanceof CustomEvent ? `${name} ${JSON.stringify(event.detail)}` : name),
    );
  return element;
}

window.host = {
  events: [],
  element: undefined,
  isolated(isolation) {
    const element = create(this);
    element.isolation = isolation;
    document.body.append(element);
  },
  plain(source) {
    const element = create(this);
    element.workerUrl = '/vault.worker.js';
    element.workletUrl = '/watermark.worklet.js';
    element.source = { ...source, authorize };
    document.body.append(element);
  },
};
