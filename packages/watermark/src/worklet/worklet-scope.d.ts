// The scope a worklet's module runs in; TypeScript's libraries have no types for it.
// https://www.w3.org/TR/webaudio/#AudioWorkletGlobalScope
declare const sampleRate: number;
declare const currentTime: number;

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

declare function registerProcessor(
  name: string,
  processor: new (options: { readonly processorOptions: never }) => AudioWorkletProcessor,
): void;
