/** `llms.txt` (llmstxt.org): what there is to read, for programs that read. */
export function llmsIndex(pages) {
  const sections = groupBySection(pages);
  const lists = [...sections].map(([section, ofSection]) => {
    const items = ofSection.map(page => `- [${page.title}](${page.path})${describe(page)}`);
    return `## ${section}\n\n${items.join('\n')}\n`;
  });
  const about =
    'Plays recorded healthcare calls that nobody else may hear: encrypted storage, keys released only on the record.';
  return `# Secure Call Player\n\n> ${about}\n\nThe whole text of all pages: [llms-full.txt](llms-full.txt)\n\n${lists.join('\n')}`;
}

/** All pages one after the other, as Markdown. */
export const llmsFull = pages =>
  pages.map(({ path, text }) => `<!-- ${path} -->\n\n${text.trim()}\n`).join('\n');

const describe = ({ file, text }) => (file === undefined ? '' : `: ${firstSentence(text)}`);

function groupBySection(pages) {
  const sections = new Map();
  for (const page of pages) sections.set(page.section, [...(sections.get(page.section) ?? []), page]);
  return sections;
}

function firstSentence(text) {
  const paragraph = text.split(/\n{2,}/).find(part => /^[A-Z`<]/.test(part) && !part.startsWith('```')) ?? '';
  const flat = paragraph.replaceAll(/\s+/g, ' ').replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');
  return /^.*?\.(?= |$)/.exec(flat)?.[0] ?? flat;
}
