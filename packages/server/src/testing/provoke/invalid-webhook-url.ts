import type { Provoke } from '../walk.ts'

export default (() => ({ body: { url: 'ftp://example.com/' } })) satisfies Provoke
