import type { Provoke } from '../walk.ts'

export default (({ unlinked }) => unlinked) satisfies Provoke
