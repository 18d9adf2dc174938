import { SecureCallPlayerElement } from './secure-call-player-element.ts';

declare global {
  interface HTMLElementTagNameMap {
    'secure-call-player': SecureCallPlayerElement;
  }
}

if (typeof customElements !== 'undefined' && customElements.get('secure-call-player') === undefined) {
  customElements.define('secure-call-player', SecureCallPlayerElement);
}
