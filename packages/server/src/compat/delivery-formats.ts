import type { DeliveryFormats } from '../webhooks/delivery-format.ts'

/** Forms in which webhooks that were registered by calls of other products get events. */
export const deliveryFormats: DeliveryFormats = {
  waha: async () => (await import('./waha/delivery-format.ts')).wahaFormat,
  evolution: async () => (await import('./evolution/delivery-format.ts')).evolutionFormat,
}
