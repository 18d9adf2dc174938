import { extras } from './styles/extras.ts';
import { createStyleSheets } from './styles/style-sheets.ts';

const extraStyleSheets = createStyleSheets([extras]);

/** Gives the tree that a node is in what they look like. */
export function adoptExtras(node: Node): void {
  const tree = node.getRootNode();
  if (!(tree instanceof ShadowRoot)) return;
  const missing = extraStyleSheets().filter(sheet => !tree.adoptedStyleSheets.includes(sheet));
  tree.adoptedStyleSheets.push(...missing);
}
