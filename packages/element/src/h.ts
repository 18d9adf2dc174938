/** What an element may contain; undefined, false and empty text leave nothing behind. */
export type Child = Node | string | undefined | false;

type Attributes = Readonly<Record<string, string | boolean | undefined | ((event: Event) => void)>>;

/**
 * Builds an element. Strings become attributes, `true` an empty attribute, functions named `on…` listeners.
 * Nothing passes through the HTML parser, so Trusted Types and a strict CSP have nothing to object to.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  // Without a type a button would submit the form it stands in.
  if (tag === 'button') element.setAttribute('type', 'button');
  return filled(element, attributes, children);
}

/** The same for SVG. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** Writes text only where it differs, so that assistive technology is not told of changes that are none. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

function filled<Built extends Element>(
  element: Built,
  attributes: Attributes,
  children: readonly Child[],
): Built {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  element.append(...(children.filter(Boolean) as (Node | string)[]));
  return element;
}
