import { codeBlocks, type CodeBlock, documents, PLAIN } from './code-blocks.ts';

/**
 * The blocks that nobody can run: drawings, formulas, shapes. Each is listed by its document and first line, so that a new
 * one is a decision and not an oversight. Answers and headers are compared with what sends them, by the named test.
 */
const listed: Readonly<Record<string, string>> = {
  'README.md: default-src': 'the policy of played-samples.test.ts',
  'docs/embedding.md: default-src': 'the policy of the applications in test/consumers',
  'docs/isolation.md: Content-Security-Policy:': 'markup-samples.test.ts',
  'docs/architecture.md: recording': 'a drawing',
  'docs/protocol.md: {callId}/{packageId}/': 'a drawing',
  'docs/protocol.md: archive': 'a drawing',
  'docs/protocol.md: info': 'a formula; test/vectors/segment.json',
  'docs/protocol.md: {"tenant":…,"call":…,"rev":…,"manifestSha256":…}':
    'a shape; test/vectors/registration.json',
  'docs/protocol.md: {': 'shapes; test/vectors/lease.json',
  'docs/protocol.md: keys.region.example/calls/region-x':
    'an answer, shortened; test/vectors/published/signed-note.json',
};

const keyOf = ({ file, code }: CodeBlock): string => `${file}: ${code.trim().split(/\s+/)[0]}`;

export const plainBlocks = (): CodeBlock[] =>
  documents()
    .flatMap(codeBlocks)
    .filter(({ language }) => language === PLAIN);

/** Plain blocks that nobody listed, and entries of the list that no block has any more. */
export function unlisted(): string[] {
  const keys = new Set(plainBlocks().map(keyOf));
  const gone = Object.keys(listed).filter(key => !keys.has(key));
  return [...keys].filter(key => !(key in listed)).concat(gone.map(key => `no longer there: ${key}`));
}
