import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { DiskStore } from './disk-store.ts'
import { ObjectMissing, type ObjectStore } from './object-store.ts'
import { S3Store } from './s3-store.ts'
import { startS3 } from './testing/s3-server.ts'

const read = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

/** What every store of files promises. */
const objectStoreContract = (store: () => ObjectStore, folder: () => string) => {
  const made = async (bytes: Uint8Array, apiKeyId = 1) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const file = path.join(folder(), `${sha256}-${apiKeyId}`)
    await writeFile(file, bytes)
    return { name: { apiKeyId, sha256 }, file }
  }

  it('gives back what it took, whole and in parts', async () => {
    const bytes = randomBytes(300_000)
    const { name, file } = await made(bytes)
    await store().put(name, file, bytes.length)
    assert.ok((await read(await store().read(name))).equals(bytes))
    assert.ok((await read(await store().read(name, { start: 5, end: 5 }))).equals(bytes.subarray(5, 6)))
    const middle = await read(await store().read(name, { start: 65_000, end: 200_000 }))
    assert.ok(middle.equals(bytes.subarray(65_000, 200_001)))
  })

  it('takes the same file again, and an empty one', async () => {
    for (const bytes of [randomBytes(10), new Uint8Array(0)]) {
      for (let n = 0; n < 2; n++) {
        const { name, file } = await made(bytes)
        await store().put(name, file, bytes.length)
        assert.ok((await read(await store().read(name))).equals(bytes))
      }
    }
  })

  it('keeps the files of each API key apart', async () => {
    const bytes = randomBytes(10)
    const [one, other] = [await made(bytes, 1), await made(bytes, 2)]
    await store().put(one.name, one.file, bytes.length)
    await assert.rejects(store().read(other.name), ObjectMissing)
    await store().put(other.name, other.file, bytes.length)
    await store().remove(one.name)
    assert.ok((await read(await store().read(other.name))).equals(bytes))
  })

  it('says that a file is not there, and removes it as often as anybody likes', async () => {
    const bytes = randomBytes(10)
    const { name, file } = await made(bytes)
    await store().put(name, file, bytes.length)
    await store().remove(name)
    await store().remove(name)
    await assert.rejects(store().read(name), ObjectMissing)
    await assert.rejects(store().read(name, { start: 0, end: 1 }), ObjectMissing)
  })
}

describe('stores of files', () => {
  let folder = ''
  let disk: ObjectStore
  let s3: Awaited<ReturnType<typeof startS3>>
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'switchboard-objects-'))
    disk = await DiskStore.open(path.join(folder, 'kept'))
    s3 = await startS3()
  })
  after(async () => {
    await s3.stop()
    await rm(folder, { recursive: true, force: true })
  })

  describe('a disk', () =>
    objectStoreContract(
      () => disk,
      () => folder,
    ))
  describe('a bucket', () => {
    objectStoreContract(
      () => new S3Store(s3.settings),
      () => folder,
    )

    it('is not entered with a wrong key, and says so', async () => {
      const wrong = new S3Store({ ...s3.settings, accessKeyId: 'NOBODY' })
      const file = path.join(folder, 'refused')
      await writeFile(file, 'x')
      const sha256 = createHash('sha256').update('x').digest('hex')
      await assert.rejects(wrong.put({ apiKeyId: 1, sha256 }, file, 1), /answered 403/)
    })
  })
})
