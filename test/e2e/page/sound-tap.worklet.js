const NOTHING = new Float32Array(0);

/** Posts every rendered quantum of the page's output to the page, and beside it what goes into the player's worklet. */
class SoundTap extends AudioWorkletProcessor {
  process([output, marker]) {
    const left = output[0] ?? new Float32Array(128);
    const right = output[1] ?? left;
    const before = marker[0] ? [marker[0].slice(), (marker[1] ?? marker[0]).slice()] : [NOTHING, NOTHING];
    this.port.postMessage([left.slice(), right.slice(), ...before, currentFrame]);
    return true;
  }
}

registerProcessor('sound-tap', SoundTap);
