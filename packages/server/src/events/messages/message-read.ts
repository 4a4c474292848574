import { receiptEvent } from '../receipt-event.ts'

export default receiptEvent(
  'message.read',
  'A message was read, by its recipient or by the own account elsewhere. There is no `message.delivered` for that person after it.',
  'read',
)
