// The build puts the library itself in this file's place, without the nodes that are not named here: it makes all of them
// when it is loaded, so an application's bundler would keep them all.
export {
  ChannelMergerNode,
  ChannelSplitterNode,
  GainNode,
  MediaElementAudioSourceNode,
  // The whole AudioContext would bring every node there is into the bundle.
  MinimalAudioContext,
} from 'standardized-audio-context';
