import type { HighlyStructuredMessage, TemplateMessage } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { present } from './fields.ts'

export const product = defineKind({
  type: 'product',
  fields: ['productMessage'],
  describe: ({ body, product, catalog }) => present({ text: body || product?.title || catalog?.title }),
  stanzaType: 'media',
  mediaKind: 'product',
})

export const order = defineKind({
  type: 'order',
  fields: ['orderMessage'],
  describe: ({ message, orderTitle }) => present({ text: message || orderTitle }),
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

export const template = defineKind({
  type: 'template',
  fields: ['templateMessage'],
  describe: (value) => present({ text: templateText(value) }),
  stanzaType: 'media',
})

export const highlyStructured = defineKind({
  type: 'highly_structured',
  fields: ['highlyStructuredMessage'],
  describe: (value) => present({ text: highlyStructuredText(value) }),
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
  describe: ({ contentText, text }) => present({ text: contentText || text }),
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
  describe: ({ description, title }) => present({ text: description || title }),
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

export const interactive = defineKind({
  type: 'interactive',
  fields: ['interactiveMessage'],
  describe: ({ body, header }) => present({ text: body?.text || header?.title }),
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
