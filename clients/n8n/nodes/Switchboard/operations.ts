import type { INodeProperties } from 'n8n-workflow'

/** A field as the editor of n8n asks for it; its name is the one of the OpenAPI document. */
type Field = INodeProperties

export type Place = 'path' | 'query' | 'body'

/** One call of the API as the node offers it. Names, method and path are those of the OpenAPI document; a test compares them. */
export interface Operation {
  readonly resource: 'chat' | 'device' | 'message'
  readonly value: string
  readonly name: string
  readonly action: string
  readonly operationId: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Where the fields go in the request. */
  readonly fields: Readonly<Partial<Record<Place, readonly Field[]>>>
  /** `in`: a binary field of the item is sent as the part `file`; `out`: the answer is a file. */
  readonly binary?: 'in' | 'out'
  /** The answer has this list of things; each becomes an item. */
  readonly list?: 'chats' | 'messages'
  /** The call takes an `Idempotency-Key`. */
  readonly sends?: true
}

const chat: Field = {
  displayName: 'Chat',
  name: 'chat_jid',
  type: 'string',
  required: true,
  default: '',
  placeholder: '4917087654321',
  description: 'A phone number with its country code, or the address of a person or group',
}
const messageId: Field = {
  displayName: 'Message ID',
  name: 'message_id',
  type: 'string',
  required: true,
  default: '',
}
const caption: Field = {
  displayName: 'Caption',
  name: 'caption',
  type: 'string',
  default: '',
  typeOptions: { rows: 2 },
}
const limit: Field = {
  displayName: 'Limit',
  name: 'limit',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 50,
  description: 'Max number of results to return',
}
const cursor: Field = {
  displayName: 'Cursor',
  name: 'cursor',
  type: 'string',
  default: '',
  description: 'The next_cursor of the last item of the page before',
}

const sending = { resource: 'message', method: 'POST', sends: true } as const
const file = (kind: 'Audio' | 'Document' | 'Image' | 'Video', body: readonly Field[]): Operation => ({
  ...sending,
  value: `send${kind}`,
  name: `Send ${kind}`,
  action: `Send ${kind === 'Video' ? 'a' : kind === 'Document' ? 'a' : 'an'} ${kind.toLowerCase()}`,
  operationId: `messaging.send${kind}`,
  path: `/chats/{chat_jid}/${kind === 'Audio' ? 'audio' : `${kind.toLowerCase()}s`}`,
  fields: { path: [chat], body },
  binary: 'in',
})

export const operations: readonly Operation[] = [
  {
    ...sending,
    value: 'sendText',
    name: 'Send Text',
    action: 'Send a text',
    operationId: 'messaging.sendText',
    path: '/chats/{chat_jid}/messages',
    fields: {
      path: [chat],
      body: [
        {
          displayName: 'Text',
          name: 'text',
          type: 'string',
          required: true,
          default: '',
          typeOptions: { rows: 4 },
        },
      ],
    },
  },
  file('Image', [caption]),
  file('Video', [caption]),
  file('Audio', []),
  file('Document', [caption]),
  {
    ...sending,
    value: 'sendLocation',
    name: 'Send Location',
    action: 'Send a location',
    operationId: 'messaging.sendLocation',
    path: '/chats/{chat_jid}/locations',
    fields: {
      path: [chat],
      body: [
        { displayName: 'Latitude', name: 'latitude', type: 'number', required: true, default: 0 },
        { displayName: 'Longitude', name: 'longitude', type: 'number', required: true, default: 0 },
        { displayName: 'Place', name: 'name', type: 'string', default: '' },
        { displayName: 'Address', name: 'address', type: 'string', default: '' },
      ],
    },
  },
  {
    ...sending,
    value: 'react',
    name: 'React',
    action: 'React to a message',
    operationId: 'messageActions.react',
    path: '/messages/{message_id}/reaction',
    fields: {
      path: [messageId],
      body: [
        chat,
        {
          displayName: 'Emoji',
          name: 'emoji',
          type: 'string',
          default: '',
          description: 'Takes the reaction back when it is empty',
        },
      ],
    },
  },
  {
    resource: 'message',
    value: 'getAll',
    name: 'Get Many',
    action: 'Get the messages of a chat',
    operationId: 'messaging.list',
    method: 'GET',
    path: '/chats/{chat_jid}/messages',
    fields: {
      path: [chat],
      query: [limit, cursor, { displayName: 'Search', name: 'search', type: 'string', default: '' }],
    },
    list: 'messages',
  },
  {
    resource: 'message',
    value: 'get',
    name: 'Get',
    action: 'Get a message',
    operationId: 'messaging.get',
    method: 'GET',
    path: '/messages/{message_id}',
    fields: { path: [messageId] },
  },
  {
    resource: 'message',
    value: 'download',
    name: 'Download File',
    action: 'Download the file of a message',
    operationId: 'media.download',
    method: 'GET',
    path: '/messages/{message_id}/media',
    fields: { path: [messageId] },
    binary: 'out',
  },
  {
    resource: 'chat',
    value: 'getAll',
    name: 'Get Many',
    action: 'Get the chats',
    operationId: 'messaging.listChats',
    method: 'GET',
    path: '/chats',
    fields: { query: [limit, cursor] },
    list: 'chats',
  },
  {
    resource: 'device',
    value: 'getStatus',
    name: 'Get Status',
    action: 'Get the status of the device',
    operationId: 'device.getStatus',
    method: 'GET',
    path: '/devices/me/status',
    fields: {},
  },
]
