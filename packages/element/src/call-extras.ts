/** What few people open in a call: fetched when someone does. */
export { adoptExtras } from './extra-styles.ts';
export { helpDialog } from './help-dialog.ts';
export { lineHands } from './line-hands.ts';
export { soundPanel } from './sound-panel.ts';
