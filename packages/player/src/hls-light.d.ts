// hls.js ships no types for this subpath; the light build has the same interface.
declare module 'hls.js/light' {
  export * from 'hls.js';
  export { default } from 'hls.js';
}
