export { openRecording } from './open-recording.ts';
export type { PcmBlock, Recording } from './recording.ts';
