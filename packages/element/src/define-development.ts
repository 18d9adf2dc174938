import { SecureCallPlayerElement } from './secure-call-player-element.ts';
import { warnOfUnreadable } from './theme-contrast.ts';

/** What bundlers take in place of `define` while someone develops: it looks at the colours the host has set, too. */
class DevelopedPlayerElement extends SecureCallPlayerElement {
  override connectedCallback(): void {
    super.connectedCallback();
    warnOfUnreadable(this);
  }
}

if (typeof customElements !== 'undefined' && customElements.get('secure-call-player') === undefined) {
  customElements.define('secure-call-player', DevelopedPlayerElement);
}
