/** Makes anchors of headings as code hosts do, so that a link works in the repository and in the site. */
export class Slugs {
  #taken = new Map();

  of(text) {
    const slug = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-');
    const taken = this.#taken.get(slug) ?? 0;
    this.#taken.set(slug, taken + 1);
    return taken === 0 ? slug : `${slug}-${taken}`;
  }
}
