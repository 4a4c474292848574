import type { Provoke } from '../walk.ts'

export default ((walk, entry) => walk.whatsAppAnswers(entry, 429)) satisfies Provoke
