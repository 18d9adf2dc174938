export { decodeBytes } from './decode-recording.ts';
export { main } from './main.ts';
export type { Output, Terminal } from './terminal.ts';
