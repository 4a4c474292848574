import type { ApiClient } from './api-client.ts'

interface Owner {
  /** The token of the device. */
  readonly api: ApiClient
  /** Who acts for it with another credential. */
  readonly person: ApiClient
}

const calls = {
  file: { name: 'send_media', with: { kind: 'document', base64: 'T2YgdGhlIHdhbGs=', filename: 'of-the-walk.txt' } },
  text: { name: 'send_message', with: { text: 'May I?' } },
} as const

/** An agent with the token of a device proposes to send something; its token has no policy before and after. @returns the id of the approval */
export const propose = async (
  { api, person }: Owner,
  chat: string,
  what: keyof typeof calls = 'file',
): Promise<string> => {
  const { name, with: content } = calls[what]
  await person.post('/devices/me/send-policy', { mode: 'approve' })
  const answer = await api.with({ accept: 'application/json, text/event-stream' }).call('POST', '/mcp', {
    ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
    params: { name, arguments: { chat_jid: chat, ...content } },
  })
  await person.post('/devices/me/send-policy', { mode: 'auto' })
  const id = /apr_[\w-]{22}/.exec(answer.text)?.[0]
  if (!id) throw new Error(`the agent got no approval: ${answer.status} ${answer.text}`)
  return id
}
