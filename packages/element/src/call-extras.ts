import { extras } from './styles/extras.ts';
import { createStyleSheets } from './styles/style-sheets.ts';

/** What few people open in a call: fetched when someone does. */
export { helpDialog } from './help-dialog.ts';
export { soundPanel } from './sound-panel.ts';

const extraStyleSheets = createStyleSheets([extras]);

/** Gives the tree that a node is in what they look like. */
export function adoptExtras(node: Node): void {
  const tree = node.getRootNode();
  if (!(tree instanceof ShadowRoot)) return;
  const missing = extraStyleSheets().filter(sheet => !tree.adoptedStyleSheets.includes(sheet));
  tree.adoptedStyleSheets.push(...missing);
}
