import { toBase64 } from '@secure-call/protocol';
import { AwsV4Signer } from 'aws4fetch';
import * as v from 'valibot';
import type { KeyOpener } from './external-archive-key.ts';
import { askKeyHolder, bytesIn, keyHolderUrl, notEncryptedToIt, unavailable } from './key-holder.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

export interface AwsKmsOptions {
  readonly region: string;
  /** Id, ARN or alias of an asymmetric key for ENCRYPT_DECRYPT, RSA_2048, RSA_3072 or RSA_4096. */
  readonly keyId: string;
  /** Asked for every time, so that temporary ones may be replaced; they need `kms:Decrypt` on this key and nothing else. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** @default "https://kms.{region}.amazonaws.com" */
  readonly endpoint?: string;
}

const answerSchema = v.object({ Plaintext: v.string() });
const refusalSchema = v.object({ __type: v.string() });
/** This key does not open what was sent. */
const NOT_OPENED: ReadonlySet<string> = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

/**
 * Opens with a key of AWS KMS (action Decrypt, algorithm RSAES_OAEP_SHA_256).
 * @throws {SecureCallError} `configuration_invalid`
 */
export function awsKmsOpener({ region, keyId, credentials, endpoint }: AwsKmsOptions): KeyOpener {
  const url = keyHolderUrl(endpoint ?? `https://kms.${region}.amazonaws.com`);
  return {
    async open(encryptedKey, signal) {
      const signed = await new AwsV4Signer({
        ...(await credentials()),
        service: 'kms',
        region,
        url: url.href,
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.Decrypt' },
        body: JSON.stringify({
          CiphertextBlob: toBase64(encryptedKey),
          KeyId: keyId,
          EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
        }),
      }).sign();
      const { status, body } = await askKeyHolder(new Request(signed.url, signed), signal);
      if (status === 200) return bytesIn(answerSchema, body, ({ Plaintext }) => Plaintext);
      throw isNotOpened(body) ? notEncryptedToIt() : unavailable('is a refusal');
    },
  };
}

/** The type may have a namespace before it, as in "com.amazonaws.kms#NotFoundException". */
function isNotOpened(body: unknown): boolean {
  const refusal = v.safeParse(refusalSchema, body);
  return refusal.success && NOT_OPENED.has(refusal.output.__type.replace(/^.*#/, ''));
}
