import { audit } from './audit.ts';
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { erase } from './erase.ts';
import { exportHlsCommand } from './export-hls.ts';
import { inspect } from './inspect.ts';
import { keygen } from './keygen.ts';
import { keys } from './keys.ts';
import { pack } from './pack.ts';
import { register } from './register.ts';
import { retention } from './retention.ts';
import { serve } from './serve.ts';
import { token } from './token.ts';
import { trace } from './trace.ts';

/** In the order of the help text. */
export const commands: readonly Command[] = [
  keygen,
  pack,
  register,
  inspect,
  exportHlsCommand,
  serve,
  keys,
  erase,
  retention,
  token,
  trace,
  doctor,
  audit,
];
