/** What a page without a bundler loads from `dist/standalone/`: the tag, and what its `authorize` needs. */
import './define.ts';

export { SecureCallPlayerElement } from './secure-call-player-element.ts';
export { SecureCallError } from '@secure-call/player';
