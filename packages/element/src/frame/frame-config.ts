/** What the operator has written into the frame's page. The host page has no say in it. */
export interface FrameConfig {
  /** Origins whose pages may hold the frame. */
  readonly hosts: readonly string[];
  /** Base URL of the key service. */
  readonly service: string;
}

/** @throws {TypeError} in words for whoever sets the page up */
export function readFrameConfig(page: Document): FrameConfig {
  const hosts = contentOf(page, 'secure-call-hosts').split(/\s+/);
  for (const host of hosts) {
    if (!URL.canParse(host) || new URL(host).origin !== host)
      throw new TypeError(
        `secure-call-hosts names origins, like https://ehr.region.example; "${host}" is none.`,
      );
  }
  return { hosts, service: contentOf(page, 'secure-call-service') };
}

function contentOf(page: Document, name: string): string {
  const content = page.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content.trim() ?? '';
  if (content === '') throw new TypeError(`The page lacks <meta name="${name}" content="…">.`);
  return content;
}
