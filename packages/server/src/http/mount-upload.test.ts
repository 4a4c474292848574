import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { defineUpload, type MediaInput } from '../kit/define-upload.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

/** What the operation of the test was given. */
const given: { media: MediaInput | undefined; fields: unknown; mode: number | undefined }[] = []

const upload = defineUpload({
  path: '/test/pictures/{place}',
  auth: 'device',
  summary: 'Take a picture',
  params: z.object({ place: z.string() }),
  media: { kind: 'image' },
  fields: z.object({ caption: z.string().max(10).optional(), wide: z.boolean().default(false) }),
  response: z.object({ place: z.string(), bytes: z.int(), sha256: z.string() }),
  idempotent: true,
  errors: ['message_not_found'],
  async run(_context, { params: { place }, fields, media }) {
    const file = media?.source === 'file' ? media.file : undefined
    const mode = file && (await stat(file.path)).mode & 0o777
    given.push({ media, fields, mode })
    if (fields.caption === 'fails') throw new AppError('message_not_found')
    return { place, bytes: file?.bytes ?? 0, sha256: file?.sha256 ?? '' }
  },
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

type Part = string | { readonly bytes: Uint8Array; readonly name?: string; readonly type?: string }

const formOf = (parts: Readonly<Record<string, Part>>): FormData => {
  const form = new FormData()
  for (const [name, part] of Object.entries(parts)) {
    if (typeof part === 'string') form.append(name, part)
    else
      form.append(
        name,
        new Blob([new Uint8Array(part.bytes)], { type: part.type ?? 'image/png' }),
        part.name ?? 'a.png',
      )
  }
  return form
}

describe('an operation that takes a file', () => {
  let gateway: TestGateway
  let device: TestDevice
  before(async () => {
    gateway = await startTestGateway({ moreOperations: [{ id: 'test.upload', operation: upload }] })
    device = await gateway.createDevice()
  })
  beforeEach(() => {
    given.length = 0
  })
  after(() => gateway.stop())

  const spooled = () => readdir(path.join(gateway.dataDir, 'spool'))
  const spoolIsEmpty = () => until('the spool is empty', async () => (await spooled()).length === 0)

  const send = async (body: FormData | object, headers: Record<string, string> = {}) => {
    const json = !(body instanceof FormData)
    const response = await fetch(`${gateway.api.url}/test/pictures/wall`, {
      method: 'POST',
      headers: { ...device.api.headers, ...(json && { 'content-type': 'application/json' }), ...headers },
      body: json ? JSON.stringify(body) : body,
    })
    const answer = (await response.json()) as { data: { sha256: string }; error_code?: string }
    return { status: response.status, headers: response.headers, body: answer }
  }

  it('gets the file of a multipart body, hashed and counted, readable by nobody else, and gone afterwards', async () => {
    const bytes = randomBytes(3_000_000)
    const name = 'Número "a;b" №5.png'
    const { status, body } = await send(formOf({ caption: 'hi', file: { bytes, name }, wide: 'true' }))
    assert.deepEqual([status, body.data], [200, { place: 'wall', bytes: bytes.length, sha256: sha256(bytes) }])
    const [{ media, fields, mode } = assert.fail()] = given
    assert.ok(media?.source === 'file')
    assert.deepEqual([media.fileName, media.declaredType], [name, 'image/png'])
    assert.deepEqual([fields, mode], [{ caption: 'hi', wide: true }, 0o600])
    await spoolIsEmpty()
  })

  it('has a file on the disk before all of it has come', async () => {
    const half = randomBytes(500_000)
    const gate = Promise.withResolvers<void>()
    const boundary = 'the-boundary-of-the-test'
    const parts = async function* () {
      yield Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n`,
      )
      yield half
      await gate.promise
      yield half
      yield Buffer.from(`\r\n--${boundary}--\r\n`)
    }
    const answer = fetch(`${gateway.api.url}/test/pictures/wall`, {
      method: 'POST',
      headers: { ...device.api.headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: ReadableStream.from(parts()) as never,
      duplex: 'half',
    } as RequestInit)
    await until('half of it is on the disk', async () => {
      const [file] = await spooled()
      return file && (await stat(path.join(gateway.dataDir, 'spool', file))).size >= 400_000
    })
    assert.deepEqual(given, [])
    gate.resolve()
    const { data } = (await (await answer).json()) as { data: { sha256: string } }
    assert.equal(data.sha256, sha256(Buffer.concat([half, half])))
    await spoolIsEmpty()
  })

  it('gets the file of a JSON body, in base64 with or without what browsers put in front', async () => {
    const bytes = randomBytes(10_000)
    for (const prefix of ['', 'data:image/png;base64,']) {
      const { body } = await send({ base64: `${prefix}${bytes.toString('base64')}`, caption: 'hi' })
      assert.equal(body.data.sha256, sha256(bytes))
    }
    assert.deepEqual(
      given.map(({ mode }) => mode),
      [0o600, 0o600],
    )
    await spoolIsEmpty()
  })

  it('gets the address of a file that is elsewhere, from JSON and from forms', async () => {
    const url = 'https://example.com/a.png'
    for (const body of [{ url }, formOf({ url })]) assert.equal((await send(body)).status, 200)
    await send({ media_id: 'med_1' })
    await send({ message_id: '3EB0C767' })
    const references = given.map(({ media }) => media)
    const asUrl = { source: 'url', url }
    assert.deepEqual(references, [
      asUrl,
      asUrl,
      { source: 'media_id', mediaId: 'med_1' },
      { source: 'message_id', messageId: '3EB0C767' },
    ])
  })

  it('takes one file, and says what it takes', async () => {
    const picture = { bytes: randomBytes(100) }
    const wrong = [
      {},
      { url: 'https://example.com/a.png', media_id: 'med_1' },
      formOf({ file: picture, url: 'https://example.com/a.png' }),
      formOf({ file: picture, other: picture }),
      formOf({ photo: picture }),
      formOf({ file: picture, no_such_field: '1' }),
      formOf({ file: picture, caption: 'far too long' }),
      formOf({ file: picture, caption: 'a\0b' }),
      { url: 'ftp://example.com/a.png' },
      { base64: 'not base64!' },
      { base64: 'QUJDR' },
      [],
    ]
    for (const body of wrong) {
      const answer = await send(body)
      assert.deepEqual([answer.status, answer.body.error_code], [400, 'invalid_request'], JSON.stringify(answer.body))
    }
    assert.deepEqual(given, [])
    await spoolIsEmpty()
  })

  it('names the limit of its kind when a file is larger', async () => {
    const big = { bytes: Buffer.alloc(16 * 1024 * 1024 + 1) }
    const details = { kind: 'image', limit: 16_777_216, unit: 'bytes' }
    // Known from its length, and found out while it comes.
    const unknownLength = new Response(formOf({ file: big }))
    const streamed = fetch(`${gateway.api.url}/test/pictures/wall`, {
      method: 'POST',
      headers: { ...device.api.headers, 'content-type': unknownLength.headers.get('content-type')! },
      body: unknownLength.body,
      duplex: 'half',
    } as RequestInit)
    const answers = [
      (await send(formOf({ file: { bytes: Buffer.alloc(22 * 1024 * 1024) } }))).body,
      await (await streamed).json(),
    ]
    for (const body of answers as { error_code: string; message: string; details: unknown }[]) {
      assert.equal(body.error_code, 'media_too_large')
      assert.match(body.message, /at most 16 MiB/)
      assert.deepEqual(body.details, details)
    }
    const largest = { bytes: randomBytes(16 * 1024 * 1024) }
    assert.equal((await send(formOf({ file: largest }))).body.data.sha256, sha256(largest.bytes))
    assert.equal(given.length, 1)
    await spoolIsEmpty()
  })

  it('leaves no file behind when it fails', async () => {
    const { body } = await send(formOf({ file: { bytes: randomBytes(100) }, caption: 'fails' }))
    assert.equal(body.error_code, 'message_not_found')
    assert.equal(given.length, 1)
    await spoolIsEmpty()
  })

  it('leaves no file behind, and never runs, when the sender leaves in the middle or ends early', async () => {
    const { hostname, port } = new URL(gateway.api.url)
    const part = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    const head = (length: number) =>
      [
        'POST /test/pictures/wall HTTP/1.1',
        'host: localhost',
        `authorization: ${device.api.headers['authorization']}`,
        'content-type: multipart/form-data; boundary=b',
        `content-length: ${length}`,
        '\r\n',
      ].join('\r\n')
    const leaves = connect(Number(port), hostname)
    leaves.on('error', () => {})
    leaves.write(`${head(1_000_000)}${part}${'x'.repeat(200_000)}`)
    await until('the file has begun', async () => (await spooled()).length > 0)
    leaves.destroy()
    await spoolIsEmpty()

    const truncated = `${part}${'x'.repeat(1000)}`
    const response = await fetch(`${gateway.api.url}/test/pictures/wall`, {
      method: 'POST',
      headers: { ...device.api.headers, 'content-type': 'multipart/form-data; boundary=b' },
      body: truncated,
    })
    assert.equal(response.status, 400)
    await spoolIsEmpty()
    assert.deepEqual(given, [])
  })

  it('reads nothing of somebody whom it does not know, and nothing for an address that is wrong', async () => {
    const form = formOf({ file: { bytes: randomBytes(100_000) } })
    assert.equal((await send(form, { authorization: 'Bearer x.y.z' })).status, 401)
    const wrong = await fetch(`${gateway.api.url}/test/pictures/wall?no_such_field=1`, {
      method: 'POST',
      headers: device.api.headers,
      body: formOf({ file: { bytes: randomBytes(100_000) } }),
    })
    assert.equal(wrong.status, 400)
    assert.deepEqual(await spooled(), [])
  })

  it('is done once for its Idempotency-Key, by the bytes of the file', async () => {
    const key = { 'idempotency-key': 'one-picture' }
    const bytes = randomBytes(1000)
    const first = await send(formOf({ file: { bytes } }), key)
    const again = await send(formOf({ file: { bytes } }), key)
    assert.deepEqual(again.body, first.body)
    assert.equal(again.headers.get('idempotency-replayed'), 'true')
    const other = await send(formOf({ file: { bytes: randomBytes(1000) } }), key)
    assert.equal(other.body.error_code, 'idempotency_conflict')
    assert.equal(given.length, 1)
    await spoolIsEmpty()
  })

  it('starts with an empty spool, whatever a killed process left in it', async () => {
    await writeFile(path.join(gateway.dataDir, 'spool', 'left-over'), 'x')
    await gateway.restart()
    assert.deepEqual(await spooled(), [])
  })
})
