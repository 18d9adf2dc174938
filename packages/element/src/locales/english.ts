// The parts of English together, for their types alone.
export { words as forms } from './en/forms.ts';
export { words as call } from './en/call.ts';
export { words as panels } from './en/panels.ts';
export { words as states } from './en/states.ts';
export { words as failures } from './en/failures.ts';
