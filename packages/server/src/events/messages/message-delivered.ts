import { receiptEvent } from '../receipt-event.ts'

export default receiptEvent(
  'message.delivered',
  'A message reached a device of its recipient; in a group one event for each member.',
  'delivered',
)
