type Attributes = Readonly<Record<string, string>>;
type Child = Node | string;

/** Builds an element without the HTML parser, so that Trusted Types and a strict CSP have nothing to object to. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A drawing of stroked paths, with a class for each where they differ in colour. */
export function drawing(
  size: { readonly viewBox: number; readonly shownPx: number },
  className: string,
  paths: readonly { readonly d: string; readonly className?: string }[],
): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', `0 0 ${size.viewBox} ${size.viewBox}`);
  svg.setAttribute('width', `${size.shownPx}`);
  svg.setAttribute('height', `${size.shownPx}`);
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  for (const { d, className: pathClass } of paths) {
    const path = document.createElementNS(namespace, 'path');
    path.setAttribute('d', d);
    if (pathClass !== undefined) path.setAttribute('class', pathClass);
    svg.append(path);
  }
  return svg;
}
