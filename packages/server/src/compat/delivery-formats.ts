import type { DeliveryFormats } from '../webhooks/delivery-format.ts'
import { evolutionFormat } from './evolution/delivery-format.ts'
import { wahaFormat } from './waha/delivery-format.ts'

/** Forms in which webhooks that were registered by calls of other products get events. */
export const deliveryFormats: DeliveryFormats = { waha: wahaFormat, evolution: evolutionFormat }
