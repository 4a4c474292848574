import type { Operation } from '../../kit/define-operation.ts'
import type { Provoke } from '../walk.ts'

/** A code that the domain has no words of its own for. */
export default ((walk, entry) => {
  const { refusals = {} } = entry.operation as Operation
  return walk.whatsAppAnswers(entry, [406, 407, 423].find((code) => !(code in refusals))!)
}) satisfies Provoke
