export { removeAbandonedPackages } from './abandoned-packages.ts';
export { exportHls, type HlsExport, type HlsExportOptions } from './export-hls.ts';
export {
  inspectPackage,
  type InspectOptions,
  type ObjectInspection,
  type PackageInspection,
  type RegisteredInspection,
} from './inspect-package.ts';
export { type DecoderChoice, openRecording, type RecordingOptions } from './open-recording.ts';
export { packRecording, type PackResult } from './pack-recording.ts';
export { removePackage } from './package-folder.ts';
export type { PackOptions } from './packaging.ts';
export type { PcmBlock, Recording } from './recording.ts';
