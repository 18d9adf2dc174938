import { frameConnect, frameReady } from '../isolation/frame-messages.ts';

/**
 * Says to the page that holds this one that it is ready, and waits for the port. Only the window directly above counts,
 * only with an origin of the list, and only once: who comes later, or from elsewhere, is not heard.
 * @param hosts - origins
 */
export function hostPort(hosts: readonly string[]): Promise<MessagePort> {
  return new Promise(resolve => {
    const take = ({ data, origin, source, ports }: MessageEvent<unknown>): void => {
      const [port] = ports;
      if (source !== parent || parent === self || !hosts.includes(origin)) return;
      if (data !== frameConnect || port === undefined) return;
      window.removeEventListener('message', take);
      resolve(port);
    };
    window.addEventListener('message', take);
    // The browser delivers it to the one that is there; to others it says nothing, not even that this is a frame.
    for (const host of hosts) parent.postMessage(frameReady, host);
  });
}
