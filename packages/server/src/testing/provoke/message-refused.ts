import { type Provoke, refusedMessage } from '../walk.ts'

export default ((walk, entry) => walk.whatsAppAnswers(entry, refusedMessage)) satisfies Provoke
