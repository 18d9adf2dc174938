import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { until } from '../support/until.ts';
import type { Engine, EnginePage } from './engine-page.ts';
import { stopProcess } from './stop-process.ts';
import { WebDriverSession } from './webdriver-session.ts';

class WebKitPage implements EnginePage {
  readonly #session: WebDriverSession;

  constructor(session: WebDriverSession) {
    this.#session = session;
  }

  goto(url: string): Promise<void> {
    return this.#session.goto(url);
  }

  async evaluate<A, R>(inPage: (argument: A) => R, argument: A): Promise<Awaited<R>> {
    // The function decides what it returns; WebDriver carries it as JSON.
    return (await this.#session.evaluate(inPage.toString(), argument)) as Awaited<R>;
  }

  async evaluateInFrame<A, R>(inPage: (argument: A) => R, argument: A): Promise<Awaited<R>> {
    await this.#session.enterFrame(
      `document.querySelector('secure-call-player').shadowRoot.querySelector('iframe')`,
    );
    try {
      return await this.evaluate(inPage, argument);
    } finally {
      await this.#session.leaveFrame();
    }
  }

  close(): Promise<void> {
    return this.#session.end();
  }
}

/** WebKitWebDriver with a screen of its own; each page is a MiniBrowser of its own, one at a time. */
class WebKitGtk implements Engine {
  readonly #screen: ChildProcess;
  readonly #driver: ChildProcess;
  readonly #driverUrl: string;
  readonly #miniBrowser: string;

  constructor(screen: ChildProcess, driver: ChildProcess, driverUrl: string, miniBrowser: string) {
    this.#screen = screen;
    this.#driver = driver;
    this.#driverUrl = driverUrl;
    this.#miniBrowser = miniBrowser;
  }

  async openPage(): Promise<EnginePage> {
    const args = ['--automation', '--autoplay-policy=allow'];
    const browser = { 'webkitgtk:browserOptions': { binary: this.#miniBrowser, args } };
    return new WebKitPage(await WebDriverSession.start(this.#driverUrl, browser));
  }

  async close(): Promise<void> {
    await stopProcess(this.#driver);
    await stopProcess(this.#screen);
  }
}

export interface WebKitPaths {
  readonly WebKitWebDriver: string;
  readonly MiniBrowser: string;
  readonly Xvfb: string;
}

/** Starts WebKitGTK's driver on an invisible screen. */
export async function launchWebKit(paths: WebKitPaths, pulseServer: string): Promise<Engine> {
  const { screen, display } = await openScreen(paths.Xvfb);
  const port = await freePort();
  const env = { ...process.env, DISPLAY: display, PULSE_SERVER: pulseServer };
  const driver = spawn(paths.WebKitWebDriver, [`--port=${port}`], { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const answers = (): Promise<boolean> =>
    fetch(`${url}/status`).then(
      response => response.ok,
      () => false,
    );
  await until(answers, 20_000, () => 'WebKitWebDriver');
  return new WebKitGtk(screen, driver, url, paths.MiniBrowser);
}

/** The X server chooses a free display and writes its number to the pipe. */
async function openScreen(xvfb: string): Promise<{ screen: ChildProcess; display: string }> {
  const options = ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'];
  const screen = spawn(xvfb, options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const pipe = screen.stdio[3] as Readable;
  let display = '';
  for await (const part of pipe) {
    display += String(part);
    if (display.endsWith('\n')) break;
  }
  return { screen, display: `:${display.trim()}` };
}

/** WebKitWebDriver wants to be told its port. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
