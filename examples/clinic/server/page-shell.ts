/** A page of the application, before its script has run. */
export interface PageShell {
  /** In English; the script says it in the visitor's language. */
  readonly title: string;
  /** Name of its script among the built ones. */
  readonly script: string;
  /** Names of its style sheets, in order. */
  readonly styles: readonly string[];
}

const product = 'secure-call-player';

/** The one place where a page's head is written. Nothing in it comes from a request. */
export function pageHtml({ title, script, styles }: PageShell): string {
  return html(
    title,
    styles,
    `<script type="module" src="/bundle/${script}.js"></script>`,
    '<noscript>This page needs JavaScript: the sound is decrypted in the browser.</noscript>',
  );
}

/** For addresses where nothing is: with a way back, and in both languages, for no script runs here. */
export const notFoundHtml: string = html(
  'Not found',
  ['site'],
  '',
  `<main class="failure">
      <h1>There is no page at this address.</h1>
      <p><a class="button" href="/">To the first page</a></p>
      <p lang="sv">Det finns ingen sida på den här adressen. <a href="/?lang=sv">Till första sidan</a></p>
    </main>`,
);

function html(title: string, styles: readonly string[], script: string, body: string): string {
  const sheets = styles.map(name => `<link rel="stylesheet" href="/${name}.css" />`);
  return `<!doctype html>
<html lang="en">
  <head>
    ${[
      '<meta charset="utf-8" />',
      '<meta name="viewport" content="width=device-width, initial-scale=1" />',
      '<meta name="color-scheme" content="light dark" />',
      `<title>${title} · ${product}</title>`,
      '<link rel="icon" href="/logo.svg" type="image/svg+xml" />',
      ...sheets,
      script,
    ]
      .filter(line => line !== '')
      .join('\n    ')}
  </head>
  <body>
    ${body}
  </body>
</html>
`;
}
