import { createReadStream } from 'node:fs'
import { AwsV4Signer } from 'aws4fetch'
import { request } from 'undici'
import type { KeptFile } from '../../storage/kept-file-store.ts'
import { type ByteRange, ObjectMissing, type ObjectStore, objectPath } from './object-store.ts'

export interface S3Settings {
  /** Scheme, host and port of the service. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

type Method = 'GET' | 'PUT' | 'DELETE'

interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: AsyncIterable<Uint8Array>
}

/** SHA-256 of nothing: what a request without a body is signed with. */
const ofNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

type Answer = Awaited<ReturnType<typeof request>>

/** What a service says when it does not do as it was asked. Its own word for the reason is in the body (seen in: AWS S3 API reference, REST error responses). */
class BucketRefusal extends Error {
  override readonly name = 'BucketRefusal'
  /** Such as `SignatureDoesNotMatch`; undefined when it gave none. */
  readonly code: string | undefined

  constructor(status: number, code: string | undefined, what: string) {
    super(`the bucket answered ${status}${code ? ` ${code}` : ''} to ${what}`)
    this.code = code
  }
}

const longestReason = 8192

async function refusal({ statusCode, body }: Answer, what: string): Promise<BucketRefusal> {
  let text = ''
  for await (const part of body.setEncoding('utf8')) {
    text += part
    if (text.length > longestReason) break
  }
  return new BucketRefusal(statusCode, /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1], what)
}

/** Files in a bucket that speaks S3: AWS, MinIO, Ceph, R2 … Objects are addressed by path, as all of them understand it. */
export class S3Store implements ObjectStore {
  readonly #settings: S3Settings

  constructor(settings: S3Settings) {
    this.#settings = settings
  }

  /** The hash that names a file signs it too: what arrives otherwise is refused by the service. */
  async put(name: KeptFile, file: string, size: number): Promise<void> {
    const answer = await this.#ask('PUT', name, name.sha256, {
      headers: { 'content-length': String(size) },
      body: createReadStream(file),
    })
    if (answer.statusCode >= 300) throw await refusal(answer, 'a file')
    await answer.body.dump()
  }

  async read(name: KeptFile, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const headers = range && { range: `bytes=${range.start}-${range.end}` }
    const answer = await this.#ask('GET', name, ofNothing, { ...(headers && { headers }) })
    if (answer.statusCode === (range ? 206 : 200)) return answer.body
    const refused = await refusal(answer, 'a request for a file')
    throw answer.statusCode === 404 && refused.code !== 'NoSuchBucket' ? new ObjectMissing(objectPath(name)) : refused
  }

  async remove(name: KeptFile): Promise<void> {
    const answer = await this.#ask('DELETE', name, ofNothing, {})
    if (answer.statusCode >= 300 && answer.statusCode !== 404) throw await refusal(answer, 'the removal of a file')
    await answer.body.dump()
  }

  async #ask(method: Method, name: KeptFile, bodySha256: string, { headers = {}, body }: Sent) {
    const { endpoint, bucket, region, accessKeyId, secretAccessKey } = this.#settings
    const signer = new AwsV4Signer({
      method,
      url: `${endpoint}/${encodeURIComponent(bucket)}/${objectPath(name)}`,
      headers: { ...headers, 'x-amz-content-sha256': bodySha256 },
      ...{ region, accessKeyId, secretAccessKey, service: 's3' },
    })
    const signed = await signer.sign()
    return request(signed.url, {
      method,
      headers: { ...headers, ...Object.fromEntries(signed.headers) },
      ...(body && { body: body as never }),
      headersTimeout: 30_000,
      bodyTimeout: 60_000,
    })
  }
}
