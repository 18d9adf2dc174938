// What someone who reads docs/protocol.md has by then.
export { SecureCallError } from '@secure-call/player';
