import type { SecureCallPlayerEventMap } from './element-events.ts';
import { SecureCallPlayerElement } from './secure-call-player-element.ts';

declare global {
  interface HTMLElementTagNameMap {
    'secure-call-player': SecureCallPlayerElement;
  }

  interface HTMLElementEventMap {
    accesschange: SecureCallPlayerEventMap['accesschange'];
    lockchange: SecureCallPlayerEventMap['lockchange'];
    callerror: SecureCallPlayerEventMap['callerror'];
    loopchange: SecureCallPlayerEventMap['loopchange'];
    channelchange: SecureCallPlayerEventMap['channelchange'];
    markeradd: SecureCallPlayerEventMap['markeradd'];
    accessevent: SecureCallPlayerEventMap['accessevent'];
    reasonrequest: SecureCallPlayerEventMap['reasonrequest'];
  }
}

if (typeof customElements !== 'undefined' && customElements.get('secure-call-player') === undefined) {
  customElements.define('secure-call-player', SecureCallPlayerElement);
}
