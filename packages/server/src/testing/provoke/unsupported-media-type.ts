import type { Provoke } from '../walk.ts'

export default (() => ({ raw: '<a/>', headers: { 'content-type': 'application/xml' } })) satisfies Provoke
