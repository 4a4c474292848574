import type { Provoke } from '../walk.ts'

export default (({ offline }) => offline) satisfies Provoke
