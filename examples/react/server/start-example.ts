import { createAppHandler, refuse } from '@secure-call/example-clinic/server/dist/app-handler.js';
import { appHeaders } from '@secure-call/example-clinic/server/dist/app-headers.js';
import { loadKeys } from '@secure-call/example-clinic/server/dist/clinic-keys.js';
import { openDesks } from '@secure-call/example-clinic/server/dist/desks.js';
import { answerGrant } from '@secure-call/example-clinic/server/dist/grant-answer.js';
import { type Handler, openOrigin } from '@secure-call/example-clinic/server/dist/origin.js';
import { type Clinic, startClinic } from '@secure-call/example-clinic/server/dist/start-clinic.js';
import { builtPageFolder, type PageFiles, readPageFiles } from './page-files.ts';

export interface ExampleOptions {
  /** Keys, database and packages; made when missing. */
  readonly dataFolder: string;
  /** The built page. @default where `vite build` puts it */
  readonly pageFolder?: string;
  /** Wanted port of the page, the clinic taking the next four; a taken one advances, 0 = any. @default 4180 */
  readonly port?: number;
  /** Called with one line per step. */
  readonly log?: (line: string) => void;
}

export interface Example {
  readonly url: string;
  /** The clinic whose calls are listened to. */
  readonly clinic: Clinic;
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Starts the clinic of the other example, and this page as another application of it, at an origin of its own. */
export async function startExample(options: ExampleOptions): Promise<Example> {
  const { dataFolder, pageFolder = builtPageFolder, port = 4180, log } = options;
  const files = readPageFiles(pageFolder);
  const next = (offset: number): number => (port === 0 ? 0 : port + offset);
  const clinic = await startClinic({
    dataFolder,
    host,
    ports: { app: next(1), service: next(2), storage: next(3), frame: next(4) },
    ...(log && { log }),
  });
  try {
    const backend = await createBackend(clinic, dataFolder);
    const page = await openOrigin({ host, port }, appUrl =>
      createPageHandler(files, backend(appUrl), clinic),
    );
    const close = async (): Promise<void> => {
      await page.close();
      await clinic.close();
    };
    return { url: page.url, clinic, close };
  } catch (error) {
    await clinic.close();
    throw error;
  }
}

interface Backend {
  /** The clinic's: list of calls, record and traces. */
  readonly backend: Handler;
  readonly grants: Handler;
}

/** What answers this page. */
async function createBackend(clinic: Clinic, dataFolder: string): Promise<(appUrl: string) => Backend> {
  const { calls, serviceUrl, storageUrl } = clinic;
  const keys = await loadKeys(dataFolder);
  const desks = openDesks({ dataFolder, serviceUrl, keys, calls });
  return appUrl => ({
    backend: createAppHandler({ appUrl, serviceUrl, storageUrl, ...desks }),
    grants: request => answerGrant(request, appUrl, desks.grantDesk).catch(refuse),
  });
}

/** This example's page, under the same strict policy, before the clinic's backend. It is not isolated: grants are its own. */
function createPageHandler(files: PageFiles, { backend, grants }: Backend, clinic: Clinic): Handler {
  const { serviceUrl, storageUrl } = clinic;
  const headers = appHeaders({ serviceUrl, storageUrl });
  return request => {
    const { pathname } = new URL(request.url);
    const file = request.method === 'GET' ? files.get(pathname) : undefined;
    if (file !== undefined)
      return Promise.resolve(
        new Response(file.bytes, { headers: { ...headers, 'content-type': file.type } }),
      );
    return `${request.method} ${pathname}` === 'POST /grants' ? grants(request) : backend(request);
  };
}
