import type { CatalogPage, CatalogProduct, OrderDetails } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { present } from '../../content/fields.ts'
import { childOf, childrenNamed, serverJid, textOf } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'

const leaf = (tag: string, text: string): BinaryNode => ({ tag, attrs: {}, content: Buffer.from(text) })

const words = (node: BinaryNode | undefined, tag: string): string | undefined => textOf(childOf(node, tag)) || undefined

const wholeNumber = (node: BinaryNode | undefined, tag: string): number | undefined => {
  const number = Number(words(node, tag) ?? Number.NaN)
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** Pictures are named as links, in about this size. */
const pictureSize = [leaf('width', '100'), leaf('height', '100')]

/** Seen in: baileys business.js `getCatalog` and Utils/business.js `parseCatalogNode`. */
export async function catalog(
  { context }: AbilityParts,
  jid: string,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<CatalogPage> {
  const wish = [leaf('limit', String(limit)), ...pictureSize, ...(after === undefined ? [] : [leaf('after', after)])]
  const answer = await context.wire.query({
    tag: 'iq',
    attrs: { to: serverJid, type: 'get', xmlns: 'w:biz:catalog' },
    content: [{ tag: 'product_catalog', attrs: { jid, allow_shop_source: 'true' }, content: wish }],
  })
  const found = childOf(answer, 'product_catalog')
  const next = words(childOf(found, 'paging'), 'after')
  return { products: childrenNamed(found, 'product').map(readProduct), ...present({ next }) }
}

function readProduct(node: BinaryNode): CatalogProduct {
  const image = childOf(childOf(node, 'media'), 'image')
  return {
    id: words(node, 'id') ?? '',
    name: words(node, 'name') ?? '',
    hidden: node.attrs['is_hidden'] === 'true',
    ...present({
      ...{ description: words(node, 'description'), retailerId: words(node, 'retailer_id'), url: words(node, 'url') },
      imageUrl: words(image, 'original_image_url') ?? words(image, 'request_image_url'),
      ...{ price1000: wholeNumber(node, 'price'), currency: words(node, 'currency') },
      review: words(childOf(node, 'status_info'), 'status'),
    }),
  }
}

/** Seen in: baileys business.js `getOrderDetails` and Utils/business.js `parseOrderDetailsNode`. That prices are thousandths: WhatsApp Web, where an order is made. */
export async function order({ context }: AbilityParts, id: string, token: string): Promise<OrderDetails> {
  const answer = await context.wire.query({
    tag: 'iq',
    attrs: { to: serverJid, type: 'get', xmlns: 'fb:thrift_iq', smax_id: '5' },
    content: [
      {
        tag: 'order',
        attrs: { op: 'get', id },
        content: [{ tag: 'image_dimensions', attrs: {}, content: pictureSize }, leaf('token', token)],
      },
    ],
  })
  const found = childOf(answer, 'order')
  const price = childOf(found, 'price')
  return {
    products: childrenNamed(found, 'product').map((node) => ({
      id: words(node, 'id') ?? '',
      name: words(node, 'name') ?? '',
      quantity: wholeNumber(node, 'quantity') ?? 1,
      ...present({ price1000: wholeNumber(node, 'price'), currency: words(node, 'currency') }),
      ...present({ imageUrl: words(childOf(node, 'image'), 'url') }),
    })),
    ...present({ total1000: wholeNumber(price, 'total'), currency: words(price, 'currency') }),
  }
}
