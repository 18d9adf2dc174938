// `npm run kernel`: writes the machine code of `layer-kernel.wat` into `layer-kernel-code.ts`.
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import wabt from 'wabt';

const folder = new URL('src/detector/', import.meta.url);

/** The code of the kernel as it is kept, in base64. */
export async function assembleKernel() {
  const assembler = await wabt();
  const text = await readFile(new URL('layer-kernel.wat', folder), 'utf8');
  const parsed = assembler.parseWat('layer-kernel.wat', text);
  parsed.validate();
  return Buffer.from(parsed.toBinary({}).buffer).toString('base64');
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const text = `// Written by \`npm run kernel\` from \`layer-kernel.wat\`.
export const LAYER_KERNEL_CODE = '${await assembleKernel()}';`;
  await writeFile(
    new URL('layer-kernel-code.ts', folder),
    await format(text, { parser: 'typescript', singleQuote: true, printWidth: 110 }),
  );
}
