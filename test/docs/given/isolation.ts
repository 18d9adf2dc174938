// What someone who reads docs/isolation.md has by then: the element of the page.
import type { SecureCallPlayerElement } from '@secure-call/element';

export declare const player: SecureCallPlayerElement;
