import type { BusinessView, ButtonView, ListSectionView, ProductView } from '@switchboard/engine'
import type {
  HighlyStructuredMessage,
  HydratedTemplateButton,
  InteractiveMessage,
  ProductMessage,
  TemplateMessage,
} from '../generated/messages.ts'
import { type Described, defineKind } from './content-kind.ts'
import { filledList, present } from './fields.ts'

type Button = { -readonly [Name in keyof ButtonView]?: ButtonView[Name] | undefined }

/** A view's part for businesses; none when nothing is in it. */
function withBusiness(text: string | undefined, business: { [Name in keyof BusinessView]: unknown }): Described {
  const filled = present(business) as BusinessView
  return { ...present({ text }), ...(Object.keys(filled).length > 0 ? { business: filled } : {}) }
}

const button = ({ text = '', kind = 'other', ...rest }: Button): ButtonView => ({ text, kind, ...present(rest) })

const productOf = ({ product = {}, businessOwnerJid }: ProductMessage): ProductView =>
  present({
    ...{ id: product.productId, title: product.title, description: product.description, url: product.url },
    ...{ price1000: product.priceAmount1000, salePrice1000: product.salePriceAmount1000 },
    ...{ currency: product.currencyCode, retailerId: product.retailerId, business: businessOwnerJid },
  }) as ProductView

export const product = defineKind({
  type: 'product',
  fields: ['productMessage'],
  describe: (value) =>
    withBusiness(value.body || value.product?.title || value.catalog?.title, {
      ...{ title: value.catalog?.title, footer: value.footer },
      ...(value.product && { product: productOf(value) }),
    }),
  stanzaType: 'media',
  mediaKind: 'product',
})

export const order = defineKind({
  type: 'order',
  fields: ['orderMessage'],
  describe: ({ message, orderTitle, orderId, token, itemCount, totalAmount1000, totalCurrencyCode, sellerJid }) =>
    withBusiness(message || orderTitle, {
      order: present({
        ...{ id: orderId, token, title: orderTitle, items: itemCount, total1000: totalAmount1000 },
        ...{ currency: totalCurrencyCode, seller: sellerJid },
      }),
    }),
  stanzaType: 'media',
  mediaKind: 'order',
})

const highlyStructuredText = ({ hydratedHsm, elementName }: HighlyStructuredMessage): string | undefined =>
  (hydratedHsm && templateText(hydratedHsm)) || elementName

function templateText(value: TemplateMessage): string | undefined {
  const { hydratedTemplate, hydratedFourRowTemplate, fourRowTemplate, interactiveMessageTemplate } = value
  const hydrated = hydratedTemplate ?? hydratedFourRowTemplate
  return (
    hydrated?.hydratedContentText ||
    hydrated?.hydratedTitleText ||
    interactiveMessageTemplate?.body?.text ||
    (fourRowTemplate?.content && highlyStructuredText(fourRowTemplate.content))
  )
}

function templateButton({ quickReplyButton, urlButton, callButton }: HydratedTemplateButton): ButtonView {
  if (urlButton) return button({ kind: 'url', text: urlButton.displayText, url: urlButton.url })
  if (callButton) return button({ kind: 'call', text: callButton.displayText, phone: callButton.phoneNumber })
  return button({ kind: 'reply', text: quickReplyButton?.displayText, id: quickReplyButton?.id })
}

function templateView(value: TemplateMessage): Described {
  const hydrated = value.hydratedTemplate ?? value.hydratedFourRowTemplate
  if (!hydrated && value.interactiveMessageTemplate) return interactiveView(value.interactiveMessageTemplate)
  return withBusiness(templateText(value), {
    ...{ title: hydrated?.hydratedTitleText, footer: hydrated?.hydratedFooterText },
    buttons: filledList((hydrated?.hydratedButtons ?? []).map(templateButton)),
  })
}

export const template = defineKind({
  type: 'template',
  fields: ['templateMessage'],
  describe: templateView,
  stanzaType: 'media',
})

export const highlyStructured = defineKind({
  type: 'highly_structured',
  fields: ['highlyStructuredMessage'],
  describe: (value) => ({
    ...(value.hydratedHsm ? templateView(value.hydratedHsm) : {}),
    ...present({ text: highlyStructuredText(value) }),
  }),
  stanzaType: 'media',
})

export const templateReply = defineKind({
  type: 'template_reply',
  fields: ['templateButtonReplyMessage'],
  describe: ({ selectedDisplayText, selectedId }) => ({
    ...present({ text: selectedDisplayText || selectedId }),
    choice: present({ id: selectedId }),
  }),
  stanzaType: 'text',
})

export const buttons = defineKind({
  type: 'buttons',
  fields: ['buttonsMessage'],
  describe: ({ contentText, text, footerText, buttons: offered = [] }) =>
    withBusiness(contentText || text, {
      ...{ title: contentText ? text : undefined, footer: footerText },
      buttons: filledList(
        offered.map(({ buttonId, buttonText, nativeFlowInfo }) =>
          nativeFlowInfo
            ? nativeButton(nativeFlowInfo.name, nativeFlowInfo.paramsJson)
            : button({ kind: 'reply', text: buttonText?.displayText, id: buttonId }),
        ),
      ),
    }),
  stanzaType: 'media',
  mediaKind: 'button',
})

export const buttonsReply = defineKind({
  type: 'buttons_reply',
  fields: ['buttonsResponseMessage'],
  describe: ({ selectedDisplayText, selectedButtonId }) => ({
    ...present({ text: selectedDisplayText || selectedButtonId }),
    choice: present({ id: selectedButtonId }),
  }),
  stanzaType: 'media',
  mediaKind: 'buttons_response',
})

export const list = defineKind({
  type: 'list',
  fields: ['listMessage'],
  describe: ({ description, title, buttonText, footerText, sections = [] }) =>
    withBusiness(description || title, {
      ...{ title: description ? title : undefined, footer: footerText, listButton: buttonText },
      sections: filledList(
        sections.map(({ title: name, rows = [] }) => ({
          ...present({ title: name }),
          rows: rows.map((row) => ({
            title: row.title ?? '',
            ...present({ id: row.rowId, description: row.description }),
          })),
        })),
      ),
    }),
  stanzaType: 'media',
  mediaKind: 'list',
})

export const listReply = defineKind({
  type: 'list_reply',
  fields: ['listResponseMessage'],
  describe: ({ title, singleSelectReply }) => ({
    ...present({ text: title || singleSelectReply?.selectedRowId }),
    choice: present({ id: singleSelectReply?.selectedRowId }),
  }),
  stanzaType: 'media',
  mediaKind: 'list_response',
})

type Params = Readonly<Record<string, unknown>>

/** What a button of a native flow says of itself; nothing when it is no JSON. */
function paramsIn(json: string | undefined): Params {
  try {
    const params: unknown = JSON.parse(json ?? '')
    return typeof params === 'object' && params !== null ? (params as Params) : {}
  } catch {
    return {}
  }
}

const textIn = (params: Params, ...names: readonly string[]): string | undefined => {
  const found = names.map((name) => params[name]).find((value) => typeof value === 'string' && value !== '')
  return found as string | undefined
}

/** Names of buttons of native flows. Seen in: WhatsApp's Cloud API (interactive messages), zapo content.ts. */
const nativeKinds: Readonly<Record<string, ButtonView['kind']>> = {
  quick_reply: 'reply',
  cta_url: 'url',
  cta_call: 'call',
  cta_copy: 'copy',
}

function nativeButton(name = '', json: string | undefined): ButtonView {
  const params = paramsIn(json)
  const kind = Object.hasOwn(nativeKinds, name) ? nativeKinds[name]! : 'other'
  return button({
    ...{ kind, text: textIn(params, 'display_text', 'title'), id: textIn(params, 'id') },
    ...{ url: textIn(params, 'url', 'merchant_url'), phone: textIn(params, 'phone_number') },
    ...{ code: textIn(params, 'copy_code'), name: kind === 'other' ? name : undefined },
  })
}

const objectsIn = (value: unknown): Params[] =>
  Array.isArray(value) ? value.filter((each): each is Params => typeof each === 'object' && each !== null) : []

/** A list stands as a button that opens it. */
const nativeSections = (json: string | undefined): ListSectionView[] =>
  objectsIn(paramsIn(json)['sections']).map((section) => ({
    ...present({ title: textIn(section, 'title') }),
    rows: objectsIn(section['rows']).map((row) => ({
      title: textIn(row, 'title') ?? '',
      ...present({ id: textIn(row, 'id'), description: textIn(row, 'description') }),
    })),
  }))

function interactiveView({ body, header, footer, nativeFlowMessage, carouselMessage }: InteractiveMessage): Described {
  const flows = nativeFlowMessage?.buttons ?? []
  const opener = flows.find(({ name }) => name === 'single_select')
  const cards = (carouselMessage?.cards ?? []).map((card) => {
    const { text, business } = interactiveView(card)
    return { ...present({ text }), ...business }
  })
  return withBusiness(body?.text || header?.title, {
    ...{ title: body?.text ? header?.title : undefined, footer: footer?.text },
    buttons: filledList(
      flows.filter((flow) => flow !== opener).map((flow) => nativeButton(flow.name, flow.buttonParamsJson)),
    ),
    listButton: opener && textIn(paramsIn(opener.buttonParamsJson), 'title'),
    sections: filledList(nativeSections(opener?.buttonParamsJson)),
    product: header?.productMessage && productOf(header.productMessage),
    cards: filledList(cards),
  })
}

export const interactive = defineKind({
  type: 'interactive',
  fields: ['interactiveMessage'],
  describe: interactiveView,
  stanzaType: 'text',
})

export const interactiveReply = defineKind({
  type: 'interactive_reply',
  fields: ['interactiveResponseMessage'],
  describe: ({ body, nativeFlowResponseMessage: flow }) => ({
    ...present({ text: body?.text }),
    choice: present({ id: flow?.name, parameters: flow?.paramsJson }),
  }),
  stanzaType: 'media',
  mediaKind: 'native_flow_response',
})

export const requestPhoneNumber = defineKind({
  type: 'request_phone_number',
  fields: ['requestPhoneNumberMessage'],
  describe: () => ({}),
  stanzaType: 'text',
})
