// What someone who reads docs/isolation.md has by then: the element of the page.
export declare const player: import('@secure-call/element').SecureCallPlayerElement;
