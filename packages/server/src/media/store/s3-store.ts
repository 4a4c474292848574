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
    await answer.body.dump()
    if (answer.statusCode >= 300) throw new Error(`the bucket answered ${answer.statusCode} to a file`)
  }

  async read(name: KeptFile, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const headers = range && { range: `bytes=${range.start}-${range.end}` }
    const answer = await this.#ask('GET', name, ofNothing, { ...(headers && { headers }) })
    if (answer.statusCode === (range ? 206 : 200)) return answer.body
    await answer.body.dump()
    if (answer.statusCode === 404) throw new ObjectMissing(objectPath(name))
    throw new Error(`the bucket answered ${answer.statusCode} to a request for a file`)
  }

  async remove(name: KeptFile): Promise<void> {
    const answer = await this.#ask('DELETE', name, ofNothing, {})
    await answer.body.dump()
    if (answer.statusCode >= 300 && answer.statusCode !== 404) {
      throw new Error(`the bucket answered ${answer.statusCode} to the removal of a file`)
    }
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
