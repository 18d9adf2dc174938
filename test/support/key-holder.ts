import { constants, createHash, createHmac, createPrivateKey, privateDecrypt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { KeyPair } from '@secure-call/protocol';

/** What a key holder does with a request that is in order, or something worse. */
export type Mood = 'works' | 'rubbish' | 'short' | 'wrong' | 'refuses' | 'silent' | 'huge' | 'moved' | 'echo';

export const VAULT_TOKEN = 'hvs.a-token-that-must-not-be-told';
export const AWS = {
  region: 'eu-north-1',
  keyId: 'alias/archive',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a-secret-that-must-not-be-told',
  sessionToken: 'a-session-token',
} as const;

interface Asked {
  readonly request: IncomingMessage;
  readonly body: string;
}

interface Told {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

/** Holds a private RSA key, and opens what it is asked to by node:crypto, in the way that `speak` says. */
export class KeyHolder {
  mood: Mood = 'works';
  /** How often it was asked. */
  asked = 0;
  /** What it opened, base64: nobody else may ever write it down. */
  readonly opened: string[] = [];
  readonly #server: Server;
  readonly #key: ReturnType<typeof createPrivateKey>;
  readonly #speak: (holder: KeyHolder, asked: Asked) => Told;

  private constructor({ privateJwk }: KeyPair, speak: (holder: KeyHolder, asked: Asked) => Told) {
    this.#key = createPrivateKey({ key: privateJwk, format: 'jwk' });
    this.#speak = speak;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** As the transit engine of HashiCorp Vault answers. */
  static vault = (key: KeyPair): Promise<KeyHolder> => KeyHolder.#listen(key, speakVault);

  /** As AWS KMS answers, signature version 4 included. */
  static awsKms = (key: KeyPair): Promise<KeyHolder> => KeyHolder.#listen(key, speakKms);

  static async #listen(key: KeyPair, speak: typeof speakVault): Promise<KeyHolder> {
    const holder = new KeyHolder(key, speak);
    holder.#server.listen(0, '127.0.0.1');
    await once(holder.#server, 'listening');
    return holder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** @returns base64; undefined when it is not encrypted to this key */
  open(ciphertext: Buffer): string | undefined {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    try {
      const opened = privateDecrypt({ key: this.#key, padding, oaepHash: 'sha256' }, ciphertext);
      this.opened.push(opened.toString('base64'), opened.toString('base64url'), opened.toString('hex'));
      if (this.mood === 'short') return opened.subarray(1).toString('base64');
      if (this.mood === 'wrong') return Buffer.alloc(32, 7).toString('base64');
      return opened.toString('base64');
    } catch {
      return undefined;
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked += 1;
    const body = await text(request);
    if (this.mood === 'silent') return;
    const { status, body: told, headers } = this.#worse() ?? this.#speak(this, { request, body });
    // A proxy that quotes what went through it.
    const quoted = this.mood === 'echo' ? `${this.opened.join(' ')} ${told}` : told;
    response.writeHead(this.mood === 'echo' ? 502 : status, headers).end(quoted);
  }

  #worse(): Told | undefined {
    if (this.mood === 'rubbish') return { status: 200, body: '<html>Log in</html>' };
    if (this.mood === 'refuses') return { status: 403, body: '{"errors":["permission denied"]}' };
    if (this.mood === 'huge') return { status: 200, body: `"${'x'.repeat(1 << 20)}"` };
    if (this.mood === 'moved') return { status: 307, body: '', headers: { location: this.url } };
    return undefined;
  }
}

const json = (status: number, body: unknown): Told => ({ status, body: JSON.stringify(body) });

function speakVault(holder: KeyHolder, { request, body }: Asked): Told {
  if (request.headers['x-vault-token'] !== VAULT_TOKEN) return json(403, { errors: ['permission denied'] });
  if (request.method !== 'POST' || request.url !== '/v1/transit/decrypt/archive')
    return json(404, { errors: [] });
  const { ciphertext } = JSON.parse(body) as { ciphertext: string };
  const [, encoded] = /^vault:v1:(.+)$/.exec(ciphertext) ?? [];
  const plaintext = encoded && holder.open(Buffer.from(encoded, 'base64'));
  return plaintext ? json(200, { data: { plaintext } }) : json(400, { errors: ['invalid ciphertext'] });
}

function speakKms(holder: KeyHolder, asked: Asked): Told {
  const { headers } = asked.request;
  if (headers.authorization !== signatureOf(asked)) return json(400, { __type: 'InvalidSignatureException' });
  if (headers['x-amz-target'] !== 'TrentService.Decrypt')
    return json(400, { __type: 'UnknownOperationException' });
  const { CiphertextBlob, KeyId, EncryptionAlgorithm } = JSON.parse(asked.body) as Record<string, string>;
  if (KeyId !== AWS.keyId || EncryptionAlgorithm !== 'RSAES_OAEP_SHA_256')
    return json(400, { __type: 'com.amazonaws.kms#InvalidKeyUsageException' });
  const Plaintext = holder.open(Buffer.from(CiphertextBlob ?? '', 'base64'));
  return Plaintext
    ? json(200, { KeyId, Plaintext, EncryptionAlgorithm })
    : json(400, { __type: 'com.amazonaws.kms#InvalidCiphertextException' });
}

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** AWS Signature Version 4: the header that this request must have. */
function signatureOf({ request: { headers, method = '' }, body }: Asked): string {
  const [, scope = '', signed = ''] =
    /Credential=AKIDEXAMPLE\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const canonical = signed.split(';').map(name => `${name}:${String(headers[name])}\n`);
  const request = [method, '/', '', canonical.join(''), signed, sha256(body)].join('\n');
  const day = scope.slice(0, 8);
  const name = `${day}/${AWS.region}/kms/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), name, sha256(request)].join('\n');
  const key = [day, AWS.region, 'kms', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${AWS.secretAccessKey}`,
  );
  const signature = hmac(key, text).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${name}, SignedHeaders=${signed}, Signature=${signature}`;
}
