import { receiptEvent } from '../receipt-event.ts'

export default receiptEvent('message.read', 'A message was read, by its recipient or by the own account elsewhere.', [
  'read',
  'read_self',
])
