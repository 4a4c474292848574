import { randomUUID } from 'node:crypto'
import type { Phone } from '@switchboard/sandbox'
import type { ApiClient } from './api-client.ts'
import { PathValues } from './path-values.ts'
import { propose } from './propose.ts'
import { settled } from './settled.ts'
import type { TestDevice, TestGateway } from './start-test-gateway.ts'
import { until } from './until.ts'

/** What the messages of a tenant say, and nobody else may see. */
export const ownWords = 'words-that-only-their-owner-may-see'

/** A tenant with one of everything that an operation can be about. */
export interface Belongings {
  readonly device: TestDevice & { readonly phone: Phone }
  readonly friend: Phone
  readonly key: { readonly id: number; readonly key: string; readonly api: ApiClient }
  /** The device is signed in to the console. */
  readonly session: ApiClient
  /** What is meant in paths and bodies. */
  readonly values: PathValues
  /** The same where the API key is the caller, and not the device. */
  readonly valuesOfKey: PathValues
  /** Text that belongs to this tenant alone. */
  readonly marks: readonly string[]
}

interface Listed {
  readonly messages: readonly { readonly message_id: string; readonly is_from_me: boolean }[]
}

/** A message with a file comes: what it, its file and the link to it are called. */
export const givePicture = async (sender: Phone, to: Phone, api: ApiClient) => {
  const { id } = await sender.send(to.id, { sticker_pack: {} })
  const { media } = await until('a message with a file arrives', async () => {
    const answer = await api.call<{ media: { id: string; url: string } }>('GET', `/messages/${id}`)
    return answer.status === 200 && answer.body.data
  })
  const { searchParams } = new URL(media.url)
  const [exp, sig] = [searchParams.get('exp')!, searchParams.get('sig')!]
  return { MediaMessageId: id, MessageMediaId: media.id, exp, sig }
}

/** A status post comes. @returns its id */
export const givePost = async (author: Phone, api: ApiClient): Promise<string> => {
  const { id } = await author.status.post({ text: `${ownWords}-as-well` })
  await until('the status of the friend arrives', async () => {
    const { statuses } = await api.get<{ statuses: readonly { readonly status_id: string }[] }>('/status')
    return statuses.some(({ status_id }) => status_id === id)
  })
  return id
}

/** An invitation to an event comes. @returns its id */
export const giveInvitation = async (sender: Phone, to: Phone, api: ApiClient): Promise<string> => {
  const event = { event_id: '1234567890', name: 'Of the walk', start_time: 1_900_000_000 }
  const { id } = await sender.send(to.id, { event_invite: event })
  await until('the invitation arrives', async () => (await api.call('GET', `/messages/${id}`)).status === 200)
  return id
}

/** A GIF of one pixel, for what decodes pictures. */
const dot = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
/** The friend calls. @returns the id of the call, once the device knows it */
export const ringOf = async (
  { services }: TestGateway,
  { friend, device }: Pick<Belongings, 'friend' | 'device'>,
): Promise<string> => {
  const { id } = await friend.calls.offer(device.phone.jid)
  const { query } = services.database
  const row = query.selectFrom('incoming_call').select('id').where('device_id', '=', device.id).where('id', '=', id)
  await until('the call rings', async () => (await row.executeTakeFirst()) !== undefined)
  return id
}

/** Makes such a tenant: a linked device with a friend, messages in both directions, a group that it runs, a channel that it follows, and a webhook. */
export const settle = async (gateway: TestGateway): Promise<Belongings> => {
  const key = await gateway.createKey()
  const device = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
  const friend = await gateway.phone('Friend')
  const { phone, api } = device
  const group = await phone.groups.create({ subject: 'A group of the walk', participants: [friend.id] })
  const open = await friend.groups.create({ subject: 'A group that the friend runs' })
  const channel = await friend.channels.create({ name: 'A channel of the walk' })
  await phone.channels.follow(channel.jid)
  const asked = await channel.post({ poll: { question: 'Of the walk?', options: ['Pizza', 'Salad'] } })
  const mine = await api.post<{ message_id: string }>(`/chats/${friend.id}/messages`, { text: ownWords })
  await friend.send(phone.id, { text: `${ownWords}-too` })
  const received = await until('the answer of the friend arrives', async () => {
    const { messages } = await api.get<Listed>(`/chats/${friend.id}/messages`)
    return messages.find((message) => !message.is_from_me)
  })
  const picture = await givePicture(friend, phone, api)
  const withFile = new Map<string, string>()
  for (const kind of ['image', 'video', 'audio', 'sticker'] as const) {
    const { id } = await friend.send(phone.id, { [kind]: kind === 'image' ? { data: dot } : {} })
    await until(`the ${kind} arrives`, async () => (await api.call('GET', `/messages/${id}`)).status === 200)
    withFile.set(`message with ${kind}`, id)
  }
  const question = { question: 'Of the walk?', options: ['Pizza', 'Salad'] }
  const poll = await api.post<{ message_id: string }>(`/chats/${friend.id}/polls`, question)
  const picnic = { name: `Picnic of ${ownWords}`, starts_at: '2030-01-31T09:00:00Z' }
  const event = await api.post<{ message_id: string }>(`/chats/${friend.id}/events`, picnic)
  const invitation = await giveInvitation(friend, phone, api)
  await api.post('/newsletters/tos/accept', {})
  const status = await api.post<{ status_id: string }>('/status', { text: ownWords, recipients: [friend.id] })
  const post = await givePost(friend, api)
  const call = await ringOf(gateway, { friend, device })
  const products = [{ id: 'cake', name: 'Cake', price1000: 4500, currency: 'EUR' }]
  friend.settings.openBusiness({ verifiedName: 'Friend’s bakery', verifiedLevel: 'low', products })
  const order = friend.settings.recordOrder([{ product: 'cake', quantity: 2 }])
  await friend.settings.setUsername('friend.of.the.walk')
  const url = 'https://owner.example/hook'
  const webhook = await api.post<{ webhook_id: number }>('/webhooks', { url })
  const keyUrl = 'https://owner.example/hook-of-the-key'
  const webhookOfKey = await key.api.post<{ webhook_id: number }>('/webhooks', { url: keyUrl })
  const wanted = { label: 'Of the walk', scopes: ['read'] }
  const accessKey = await key.api.post<{ access_key_id: string; secret: string }>('/access-keys', wanted)
  const label = await api.post<{ label_id: string }>('/labels', { name: 'Of the walk' })
  await api.post(`/users/${friend.id}/contact`, { full_name: 'Friend of the walk' })
  const link = await api.post<{ url: string }>('/devices/me/pairing-links', {})
  // Opened once: a link that has been used stays as it is.
  await fetch(link.url)
  const person = key.api.with({ 'x-device-id': device.id })
  const approval = await propose({ api, person }, friend.id)
  await settled(gateway, device.id)
  const values = new PathValues({
    ...Object.fromEntries(withFile),
    ChatAddress: friend.jid,
    PersonAddress: friend.jid,
    username: 'friend.of.the.walk',
    GroupAddress: group.jid,
    ChannelAddress: channel.jid,
    ChannelCode: (await friend.channels.of(channel.jid).info()).inviteLink.replace(/.*\//, ''),
    message_server_id: String(asked.serverId),
    InviteCode: await friend.groups.of(open.jid).inviteCode(),
    ContactCode: await friend.settings.contactCode(),
    Phone: friend.id,
    NumberOrLid: friend.id,
    MessageId: received.message_id,
    OwnMessageId: mine.message_id,
    ...picture,
    StatusId: status.status_id,
    post_id: post,
    order_id: order.id,
    order_token: order.token,
    send_at: new Date(Date.now() + 3_600_000).toISOString(),
    link_token: link.url.replace(/.*\//, ''),
    LabelId: label.label_id,
    ApprovalId: approval,
    AppStateCollection: 'regular_high',
    PollId: poll.message_id,
    EventMessageId: event.message_id,
    EventInvitationId: invitation,
    CallId: call,
    DeviceId: device.id,
    device_id: device.id,
    node_id: randomUUID(),
    webhook_id: String(webhook.webhook_id),
    // Nothing is there, and nobody is called.
    ChatwootUrl: 'http://127.0.0.1:9',
    hook: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    event_id: 'evt_00000000000000000000000000000000',
    page: 'messaging',
    id: String(key.id),
    access_key_id: accessKey.access_key_id,
    // Of nobody: one of this tenant would take along what the walk needs.
    erasure_id: 'ers_00000000000000000000000000000000',
  })
  const marks = [
    ownWords,
    picture.MessageMediaId,
    url,
    keyUrl,
    mine.message_id,
    received.message_id,
    status.status_id,
    post,
    poll.message_id,
    event.message_id,
    invitation,
    group.jid,
    approval,
    device.id,
    device.token,
    accessKey.access_key_id,
    accessKey.secret,
  ]
  const valuesOfKey = values.with({ webhook_id: String(webhookOfKey.webhook_id) })
  const session = await gateway.signIn(device.token)
  return { device, friend, key, session, values, valuesOfKey, marks }
}
