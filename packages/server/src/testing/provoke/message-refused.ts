import type { Provoke } from '../walk.ts'

export default ((walk, entry) => walk.whatsAppAnswers(entry, 463)) satisfies Provoke
