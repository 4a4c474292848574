import type { WireNode } from '../../wire/node.ts'
import { child, contentText, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { CatalogProduct } from '../../world/people/business.ts'
import { StanzaError } from '../stanza-error.ts'
import type { IqNamespace, IqRequest } from './iq-handler.ts'

/** What a business sells, page by page. Seen in one client (baileys business.js getCatalog, Utils/business.js parseCatalogNode). That who sells nothing answers
 *  404, and what a place in the list looks like, is inferred. */
export const catalog: IqNamespace = { xmlns: 'w:biz:catalog', handlers: { 'get product_catalog': look } }

/** What was ordered, for whoever has the token. Seen in one client (baileys business.js getOrderDetails, parseOrderDetailsNode). 404 is inferred. */
export const orders: IqNamespace = { xmlns: 'fb:thrift_iq', handlers: { 'get order': lookAtOrder } }

const defaultLimit = 10

function look({ world, from, node }: IqRequest): readonly WireNode[] {
  const asked = child(node, 'product_catalog')!
  const jid = jidAttr(asked, 'jid')
  const account = jid && world.account(jid)
  const all = account?.person.business?.products
  if (!account || !all) throw new StanzaError(404, 'item-not-found')
  const products = all.filter(({ hidden }) => !hidden || account === from.account)
  const limit = Number(contentText(child(asked, 'limit')) ?? defaultLimit)
  const first = Number(contentText(child(asked, 'after')) ?? 0)
  const page = products.slice(first, first + limit).map(productNode)
  const next = first + limit
  const paging = next < products.length ? [{ tag: 'paging', attrs: {}, content: leaf('after', String(next)) }] : []
  return [{ tag: 'product_catalog', attrs: {}, content: [...page, ...paging] }]
}

function lookAtOrder({ world, node }: IqRequest): readonly WireNode[] {
  const asked = child(node, 'order')!
  const id = textAttr(asked, 'id') ?? ''
  const token = contentText(child(asked, 'token'))
  const found = [...world.accounts()].flatMap(({ person }) => person.business?.orders?.[id] ?? [])[0]
  if (!found || found.token !== token) throw new StanzaError(404, 'item-not-found')
  const products = found.items.map(({ product, quantity }): WireNode => {
    const { id: product_id, name, price1000, currency, imageUrl } = product
    const image: WireNode[] =
      imageUrl === undefined ? [] : [{ tag: 'image', attrs: {}, content: leaf('url', imageUrl) }]
    const content = [
      ...leaf('id', product_id),
      ...image,
      ...leaf('price', price1000),
      ...leaf('currency', currency),
      ...leaf('name', name),
      ...leaf('quantity', quantity),
    ]
    return { tag: 'product', attrs: {}, content }
  })
  const total = found.items.reduce((sum, { product, quantity }) => sum + (product.price1000 ?? 0) * quantity, 0)
  const price = [...leaf('total', total), ...leaf('currency', found.items[0]?.product.currency)]
  return [{ tag: 'order', attrs: { id }, content: [...products, { tag: 'price', attrs: {}, content: price }] }]
}

function productNode({ hidden, ...product }: CatalogProduct): WireNode {
  const { id, name, description, retailerId, url, imageUrl, price1000, currency } = product
  const image: WireNode = {
    tag: 'image',
    attrs: {},
    content: [...leaf('request_image_url', imageUrl), ...leaf('original_image_url', imageUrl)],
  }
  return {
    tag: 'product',
    attrs: hidden ? { is_hidden: 'true' } : {},
    content: [
      ...leaf('id', id),
      ...(imageUrl === undefined ? [] : [{ tag: 'media', attrs: {}, content: [image] }]),
      ...leaf('name', name),
      ...leaf('description', description),
      ...leaf('retailer_id', retailerId),
      ...leaf('url', url),
      ...leaf('price', price1000),
      ...leaf('currency', currency),
      { tag: 'status_info', attrs: {}, content: leaf('status', 'APPROVED') },
    ],
  }
}

const leaf = (tag: string, text: string | number | undefined): WireNode[] =>
  text === undefined ? [] : [{ tag, attrs: {}, content: Buffer.from(String(text)) }]
