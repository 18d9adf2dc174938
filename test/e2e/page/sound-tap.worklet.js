/** Posts every rendered quantum of the page's output to the page. */
class SoundTap extends AudioWorkletProcessor {
  process([input]) {
    const left = input[0] ?? new Float32Array(128);
    const right = input[1] ?? left;
    this.port.postMessage([left.slice(), right.slice()]);
    return true;
  }
}

registerProcessor('sound-tap', SoundTap);
