// The build puts hls.js itself in this file's place, without the log messages that only its `debug` setting would print.
export { default as Hls } from 'hls.js/light';
