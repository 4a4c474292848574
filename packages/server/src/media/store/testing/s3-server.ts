import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import S3rver from 's3rver'
import type { S3Settings } from '../s3-store.ts'
import { startSignatureCheck } from './signature-check.ts'

/** An S3 server of a test with one bucket. Every request is judged by its signature and the hash of its body. */
export const startS3 = async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'switchboard-s3-'))
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory, allowMismatchedSignatures: false },
    configureBuckets: [{ name: 'files', configs: [] }],
  })
  const { port } = await server.run()
  const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', region: 'us-east-1' }
  const check = await startSignatureCheck(port, keys)
  const settings: S3Settings = { endpoint: `http://127.0.0.1:${check.port}`, bucket: 'files', ...keys }
  return {
    settings,
    verdicts: check.verdicts,
    directory: path.join(directory, 'files'),
    async stop() {
      await check.stop()
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
