/** The machine code of `layer-kernel.wat`, in base64. */
export function assembleKernel(): Promise<string>;
