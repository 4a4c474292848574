import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SignatureV4 } from '@smithy/signature-v4'
import type { S3Settings } from '../s3-store.ts'

/** SHA-256, keyed or not, as the signer of AWS takes it. */
class Sha256 {
  readonly #hash
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key as Uint8Array)
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data as Uint8Array)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

/** As far as clocks of client and service may differ. */
const skewMs = 15 * 60 * 1000

type Verdict = 'InvalidAccessKeyId' | 'SignatureDoesNotMatch' | 'RequestTimeTooSkewed' | 'XAmzContentSHA256Mismatch'

/** What a bucket says of a request, judged by AWS's own signer: it signs the same once more with the secret that counts. Undefined for a good one. */
async function judge(
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: Buffer,
  keys: Pick<S3Settings, 'accessKeyId' | 'secretAccessKey' | 'region'>,
): Promise<Verdict | undefined> {
  const { authorization = '' } = headers
  const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\/s3\/aws4_request/.exec(authorization)
  const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';')
  const [, accessKeyId, region] = scope ?? []
  if (accessKeyId !== keys.accessKeyId) return 'InvalidAccessKeyId'
  if (!signed?.includes('host') || region !== keys.region) return 'SignatureDoesNotMatch'
  if (headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex')) {
    return 'XAmzContentSHA256Mismatch'
  }
  const at = String(headers['x-amz-date']).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const signingDate = new Date(at)
  if (!(Math.abs(signingDate.getTime() - Date.now()) < skewMs)) return 'RequestTimeTooSkewed'
  const { pathname, searchParams } = new URL(url, 'http://bucket')
  const signer = new SignatureV4({
    ...{ service: 's3', region, sha256: Sha256, uriEscapePath: false, applyChecksum: false },
    credentials: { accessKeyId, secretAccessKey: keys.secretAccessKey },
  })
  const again = await signer.sign(
    {
      ...{ method, protocol: 'http:', hostname: String(headers.host), path: pathname },
      query: Object.fromEntries(searchParams),
      headers: Object.fromEntries(signed.map((name) => [name, String(headers[name])])),
    },
    { signingDate, signableHeaders: new Set(signed) },
  )
  return again.headers['authorization'] === authorization.replaceAll(/,\s*/g, ', ')
    ? undefined
    : 'SignatureDoesNotMatch'
}

function refuse(response: ServerResponse, verdict: Verdict): void {
  response.writeHead(403, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${verdict}</Code></Error>`)
}

/** Stands in front of an S3 server and lets through what is signed as AWS would sign it: the server itself looks at no signature of version 4. */
export async function startSignatureCheck(
  behind: number,
  keys: Pick<S3Settings, 'accessKeyId' | 'secretAccessKey' | 'region'>,
) {
  const verdicts: (Verdict | 'good')[] = []
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming)
    const verdict = await judge(incoming, body, keys)
    verdicts.push(verdict ?? 'good')
    if (verdict) return refuse(response, verdict)
    const { method, url, headers } = incoming
    const options = { host: '127.0.0.1', port: behind, method, path: url, headers, agent: false as const }
    const onwards = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onwards.on('error', () => response.destroy())
    onwards.end(body)
  }
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.destroy(error as Error))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    /** What became of the requests so far. */
    verdicts,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
