import { receiptEvent } from '../receipt-event.ts'

export default receiptEvent(
  'message.read',
  'A message was read, by its recipient or by the own account elsewhere. Who read it is not told of as delivered after that.',
  'read',
)
