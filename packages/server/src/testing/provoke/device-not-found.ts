import { randomUUID } from 'node:crypto'
import type { Provoke } from '../walk.ts'

export default (() => ({ path: { device_id: randomUUID() } })) satisfies Provoke
