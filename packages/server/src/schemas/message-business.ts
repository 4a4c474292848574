import type { BusinessView, ProductView } from '@switchboard/engine'
import { z } from 'zod'

const amount = (description: string) => z.int().optional().describe(`${description}, in thousandths of the currency`)

const Product = z.object({
  id: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  price_1000: amount('Price'),
  sale_price_1000: amount('Price in a sale'),
  currency: z.string().optional(),
  retailer_id: z.string().optional().describe('The business’ own number of it'),
  url: z.string().optional(),
  business_jid: z.string().optional().describe('Address of the business'),
})

const Button = z.object({
  text: z.string(),
  kind: z.enum(['reply', 'url', 'call', 'copy', 'other']),
  id: z.string().optional(),
  url: z.string().optional(),
  phone: z.string().optional(),
  code: z.string().optional().describe('What `copy` copies'),
  name: z.string().optional().describe('For `other`: WhatsApp’s word'),
})

const Row = z.object({ title: z.string(), id: z.string().optional(), description: z.string().optional() })

const Order = z.object({
  id: z.string().optional(),
  token: z.string().optional().describe('Opens the details of the order'),
  title: z.string().optional(),
  items: z.int().optional(),
  total_1000: amount('Sum'),
  currency: z.string().optional(),
  seller_jid: z.string().optional().describe('Address of the business'),
})

const offered = {
  title: z.string().optional(),
  footer: z.string().optional(),
  buttons: z.array(Button).optional(),
  list_button: z.string().optional().describe('What opens the list'),
  sections: z
    .array(z.object({ title: z.string().optional(), rows: z.array(Row) }))
    .optional()
    .describe('Rows of a list to choose from'),
  product: Product.optional(),
  order: Order.optional(),
} as const

/** Buttons, lists, products and orders of a message. */
export const MessageBusiness = z
  .object({
    ...offered,
    cards: z
      .array(z.object({ ...offered, text: z.string().optional() }))
      .optional()
      .describe('Cards side by side'),
  })
  .meta({ id: 'MessageBusiness' })

const productOf = ({ price1000, salePrice1000, retailerId, business, ...product }: ProductView) => ({
  ...product,
  price_1000: price1000,
  sale_price_1000: salePrice1000,
  retailer_id: retailerId,
  business_jid: business,
})

const offeredIn = ({ title, footer, buttons, listButton, sections, product, order }: BusinessView) => ({
  ...{ title, footer, buttons: buttons && [...buttons], list_button: listButton },
  sections: sections?.map((section) => ({ ...section, rows: [...section.rows] })),
  product: product && productOf(product),
  order: order && (({ total1000, seller, ...rest }) => ({ ...rest, total_1000: total1000, seller_jid: seller }))(order),
})

/** The values of {@link MessageBusiness}. */
export const businessOf = (business: BusinessView): z.input<typeof MessageBusiness> => ({
  ...offeredIn(business),
  cards: business.cards?.map((card) => ({ ...offeredIn(card), text: card.text })),
})
