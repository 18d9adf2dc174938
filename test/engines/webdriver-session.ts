/** What a WebDriver answers: a value, or under an error status the error's name and message. */
interface Answer {
  readonly value: unknown;
}

type Outcome = { readonly value: unknown } | { readonly error: string };

async function ask(url: string, method: 'POST' | 'DELETE', body?: object): Promise<unknown> {
  const response = await fetch(url, body ? { method, body: JSON.stringify(body) } : { method });
  const { value } = (await response.json()) as Answer;
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`${error}: ${message}`);
}

/** One browser session over plain WebDriver. https://www.w3.org/TR/webdriver2/ */
export class WebDriverSession {
  readonly #url: string;

  private constructor(url: string) {
    this.#url = url;
  }

  /** @param capabilities - https://www.w3.org/TR/webdriver2/#new-session */
  static async start(driverUrl: string, capabilities: object): Promise<WebDriverSession> {
    const alwaysMatch = { timeouts: { script: 180_000 }, ...capabilities };
    const session = await ask(`${driverUrl}/session`, 'POST', { capabilities: { alwaysMatch } });
    const { sessionId } = session as { sessionId: string };
    return new WebDriverSession(`${driverUrl}/session/${sessionId}`);
  }

  async goto(url: string): Promise<void> {
    await ask(`${this.#url}/url`, 'POST', { url });
  }

  /** Runs a function in the page and waits for what it promises. https://www.w3.org/TR/webdriver2/#execute-async-script */
  async evaluate(functionSource: string, argument: unknown): Promise<unknown> {
    const script = `
      const [argument, done] = arguments;
      Promise.resolve(argument).then(${functionSource}).then(
        value => done({ value }),
        error => done({ error: String(error) }));`;
    // Null is what JSON has for undefined, and every function here takes that for no argument.
    const args = [argument ?? null];
    const outcome = (await ask(`${this.#url}/execute/async`, 'POST', { script, args })) as Outcome;
    if ('error' in outcome) throw new Error(outcome.error);
    return outcome.value ?? undefined;
  }

  /** What runs next runs in this frame; its name as an element is WebDriver's own. @param iframe - JavaScript for it */
  async enterFrame(iframe: string): Promise<void> {
    const script = `return ${iframe}`;
    const id = await ask(`${this.#url}/execute/sync`, 'POST', { script, args: [] });
    await ask(`${this.#url}/frame`, 'POST', { id });
  }

  async leaveFrame(): Promise<void> {
    await ask(`${this.#url}/frame`, 'POST', { id: null });
  }

  async end(): Promise<void> {
    await ask(this.#url, 'DELETE');
  }
}
