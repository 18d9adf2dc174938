/**
 * Sheets that every element on the page shares, made when the first one asks for them. A strict CSP allows adopted
 * sheets where it refuses `style` elements.
 */
export function createStyleSheets(texts: readonly string[]): () => readonly CSSStyleSheet[] {
  let sheets: readonly CSSStyleSheet[] | undefined;
  return () => {
    sheets ??= texts.map(text => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
    return sheets;
  };
}
