import { randomUUID } from 'node:crypto'
import type { Provoke } from '../walk.ts'

export default (() => ({ path: { node_id: randomUUID() } })) satisfies Provoke
