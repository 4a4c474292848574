import { receiptEvent } from '../receipt-event.ts'

export default receiptEvent(
  'message.played',
  'A voice message or view-once media was played, by its recipient or by the own account elsewhere.',
  'played',
)
