/** Cuts an Ogg file into its pages (RFC 3533 section 6). */
export function oggPages(file: Buffer): Buffer[] {
  const pages: Buffer[] = [];
  for (let start = 0; start < file.length;) {
    const segments = file[start + 26] ?? 0;
    const lacing = file.subarray(start + 27, start + 27 + segments);
    const end = lacing.reduce((sum, bytes) => sum + bytes, start + 27 + segments);
    pages.push(Buffer.from(file.subarray(start, end)));
    start = end;
  }
  return pages;
}
