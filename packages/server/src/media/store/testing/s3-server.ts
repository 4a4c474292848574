import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import S3rver from 's3rver'
import type { S3Settings } from '../s3-store.ts'

/** An S3 server of a test, which checks signatures and hashes, with one bucket. */
export const startS3 = async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'switchboard-s3-'))
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory, allowMismatchedSignatures: false },
    configureBuckets: [{ name: 'files', configs: [] }],
  })
  const { port } = await server.run()
  const settings: S3Settings = {
    ...{ endpoint: `http://127.0.0.1:${port}`, bucket: 'files', region: 'us-east-1' },
    ...{ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  }
  return {
    settings,
    directory: path.join(directory, 'files'),
    async stop() {
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
