import { z } from 'zod'
import { ability } from '../../kit/needs.ts'
import { personAct } from '../../kit/presets.ts'
import { personRefusals } from '../../people/refusals.ts'
import { limit as pageLimit } from '../../schemas/limit.ts'
import { catalogFields, goodsFields, priceFields } from '../../schemas/product.ts'
import { text } from '../../schemas/text.ts'

export default personAct({
  method: 'GET',
  path: '/business/{jid}/catalog',
  summary: 'What a business sells',
  needs: { business: ability('business') },
  refusals: { ...personRefusals, 404: 'not_a_business' },
  query: z.object({
    limit: pageLimit(50, 100),
    cursor: text(2000).optional().describe('`next_cursor` of an earlier page.'),
  }),
  response: z.object({
    products: z.array(
      z.object({
        ...goodsFields,
        ...priceFields,
        ...catalogFields,
      }),
    ),
    next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  }),
  async run({ business, person }, _, { query: { limit, cursor } }) {
    const { products, next } = await business.catalog(person, { limit, ...(cursor !== undefined && { after: cursor }) })
    return {
      products: products.map(({ retailerId, imageUrl, price1000, ...product }) => ({
        ...product,
        ...{ retailer_id: retailerId, image_url: imageUrl, price_1000: price1000 },
      })),
      next_cursor: next,
    }
  },
})
