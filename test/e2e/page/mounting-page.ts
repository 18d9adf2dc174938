import '@secure-call/element/define';

/** What a test has the page do. */
export interface MountingPage {
  /** Mounts the element, plays a call until sound has moved on, and takes the element away again. */
  visit(call: string, service: string): Promise<void>;
}

declare global {
  interface Window {
    mountingPage: MountingPage;
  }
}

async function authorize({ signal, ...question }: { readonly signal: AbortSignal }): Promise<string> {
  const response = await fetch('/grants', { method: 'POST', body: JSON.stringify(question), signal });
  return response.text();
}

window.mountingPage = {
  async visit(call, service) {
    const element = document.createElement('secure-call-player');
    element.source = { call, service, authorize };
    element.workerUrl = '/vault.worker.js';
    element.workletUrl = '/watermark.worklet.js';
    document.body.append(element);
    await element.open({ purpose: 'TREAT' });
    await element.play();
    await new Promise(resolve => {
      element.addEventListener('timeupdate', () => element.currentTime > 0.1 && resolve(undefined));
    });
    element.remove();
  },
};
