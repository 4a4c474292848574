import { z } from 'zod'
import { defineOperation } from '../../kit/define-operation.ts'
import { ability } from '../../kit/needs.ts'
import { goodsFields, priceFields } from '../../schemas/product.ts'
import { words } from '../../schemas/text.ts'

export default defineOperation({
  method: 'GET',
  path: '/business/orders/{order_id}',
  auth: 'device',
  summary: 'What an order message is about',
  description: 'A message of type `order` has `business.order.id` and the `token` that opens the order.',
  needs: { business: ability('business') },
  params: z.object({ order_id: words(100).meta({ examples: ['7381264501234567'] }) }),
  query: z.object({
    order_token: words(500).meta({
      description: '`business.order.token` of the message',
      examples: ['AR4kZXhhbXBsZQ=='],
    }),
  }),
  refusals: { 401: 'forbidden_by_whatsapp', 403: 'forbidden_by_whatsapp', 404: 'order_not_found' },
  response: z.object({
    order_id: z.string().meta({ examples: ['7381264501234567'] }),
    products: z.array(z.object({ ...goodsFields, ...priceFields, quantity: z.int() })),
    total_1000: z.int().optional().describe('In thousandths of the currency’s unit'),
    currency: priceFields.currency,
  }),
  async run({ business }, { params, query }) {
    const { products, total1000, currency } = await business.order(params.order_id, query.order_token)
    return {
      order_id: params.order_id,
      products: products.map(({ imageUrl, price1000, ...product }) => ({
        ...product,
        ...{ image_url: imageUrl, price_1000: price1000 },
      })),
      ...{ total_1000: total1000, currency },
    }
  },
})
