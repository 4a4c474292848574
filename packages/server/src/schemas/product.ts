import { z } from 'zod'

const example = <Schema extends z.ZodType>(schema: Schema, value: unknown) => schema.meta({ examples: [value] })

/** What goods cost, in an answer. */
export const priceFields = {
  price_1000: example(z.int().optional(), 4500).describe('Price in thousandths of the currency’s unit'),
  currency: example(z.string().optional(), 'EUR'),
}

/** Names and pictures of goods. */
export const goodsFields = {
  id: example(z.string(), '7381264501234567'),
  name: example(z.string(), 'Apple cake'),
  image_url: example(z.string().optional(), 'https://media.example/cake.jpg'),
}

/** What a catalogue says of goods beyond that. */
export const catalogFields = {
  description: example(z.string().optional(), 'Baked every morning'),
  retailer_id: example(z.string().optional(), 'sku-42').describe('The business’ own number of it'),
  url: example(z.string().optional(), 'https://bakery.example/apple-cake'),
  hidden: z.boolean().describe('Nobody but the business sees it'),
  review: example(z.string().optional(), 'APPROVED').describe('WhatsApp’s word for what it thinks of it'),
}
