import type { Messages } from './messages.ts';

/** "4.5 MiB", in Swedish "4,5 MiB". */
export function sizeWords(bytes: number, { language }: Messages): string {
  const [value, unit] =
    bytes < 1024 ? [bytes, 'B'] : bytes < 1024 ** 2 ? [bytes / 1024, 'KiB'] : [bytes / 1024 ** 2, 'MiB'];
  const digits = unit !== 'B' && value < 10 ? 1 : 0;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits, minimumFractionDigits: digits })} ${unit}`;
}
