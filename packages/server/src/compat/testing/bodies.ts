/** What programs that people publish send with each call: the nodes of both products for n8n, and the examples of their documentation. */
const number = '4917012345678'
const chat = { session: 'mine', chatId: `${number}@c.us`, reply_to: 'false_4917012345678@c.us_3EB0AAAAAAAAAAAAAAAA' }
const file = { mimetype: 'image/jpeg', filename: 'a.jpg', data: 'AAAA' }
const webhook = {
  url: 'http://127.0.0.1:9/hook',
  events: ['message'],
  hmac: { key: 'secret' },
  retries: { policy: 'constant', delaySeconds: 2, attempts: 15 },
  customHeaders: [{ name: 'X-My-Header', value: 'Mine' }],
}
const config = { metadata: { 'user.id': '123' }, ignore: { groups: true }, webhooks: [webhook], debug: false }
const key = { remoteJid: `${number}@s.whatsapp.net`, fromMe: false, id: '3EB0AAAAAAAAAAAAAAAA' }
const sent = { number, delay: 1, quoted: { key: { id: key.id } }, mentionsEveryOne: false, mentioned: [number] }
/** Names of the fields that are in each of their sends. */
export const ofAnySend = [...Object.keys(chat), ...Object.keys(sent)]

const ofInstance = {
  webhook: {
    enabled: true,
    url: webhook.url,
    byEvents: false,
    base64: true,
    headers: { jwt_key: 'k' },
    events: ['CALL'],
  },
}

export const bodies: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '/api/sessions': { name: 'other', start: false, config },
  '/api/sessions/start': { name: 'other', start: false, config },
  '/api/sessions/{session}': { name: 'mine', config },
  '/api/{session}/auth/request-code': { phoneNumber: number, method: null },
  '/api/sendText': { ...chat, text: 'Hi there!', linkPreview: true, mentions: [`${number}@c.us`] },
  '/api/reply': { ...chat, text: 'Hi there!' },
  '/api/sendImage': { ...chat, file, caption: 'A picture' },
  '/api/sendFile': { ...chat, file, caption: 'A file' },
  '/api/sendVoice': { ...chat, file: { mimetype: 'audio/ogg', url: 'http://127.0.0.1:9/a.ogg' }, convert: true },
  '/api/sendVideo': { ...chat, file, caption: 'A film', asNote: false },
  '/api/sendLocation': { ...chat, latitude: 38.8937255, longitude: -77.0969763, title: 'Our office' },
  '/api/sendPoll': { ...chat, poll: { name: 'How are you?', options: ['Good!', 'Bad'], multipleAnswers: false } },
  '/api/sendContactVcard': { ...chat, contacts: [{ fullName: 'John', phoneNumber: `+${number}`, vcard: null }] },
  '/api/reaction': { session: 'mine', messageId: chat.reply_to, reaction: '👍' },
  '/api/sendSeen': { ...chat, messageIds: [chat.reply_to], participant: `${number}@c.us` },
  '/api/startTyping': chat,
  '/api/stopTyping': chat,
  '/api/{session}/chats/{chat}/messages/{message}': { text: 'Hello' },
  '/instance/create': { instanceName: 'other', integration: 'WHATSAPP-BAILEYS', qrcode: false, number, ...ofInstance },
  '/webhook/set/{instance}': ofInstance,
  '/message/sendText/{instance}': { ...sent, text: 'Hi', linkPreview: true },
  '/message/sendMedia/{instance}': {
    ...sent,
    mediatype: 'document',
    mimetype: 'a/b',
    media: 'AAAA',
    fileName: 'a.pdf',
  },
  '/message/sendWhatsAppAudio/{instance}': { ...sent, audio: 'AAAA', encoding: true },
  '/message/sendSticker/{instance}': { ...sent, sticker: 'AAAA' },
  '/message/sendLocation/{instance}': { ...sent, latitude: 1.5, longitude: 2.5, name: 'Here', address: 'A street' },
  '/message/sendPoll/{instance}': { ...sent, name: 'How?', values: ['Good', 'Bad'], selectableCount: 1 },
  '/message/sendContact/{instance}': {
    ...sent,
    contact: [
      { fullName: 'John', wuid: number, phoneNumber: number, organization: 'A', email: 'a@b.c', url: 'http://a' },
    ],
  },
  '/message/sendReaction/{instance}': { key, reaction: '👍' },
  '/chat/updateMessage/{instance}': { number, key, text: 'New' },
  '/chat/deleteMessageForEveryone/{instance}': { ...key, participant: key.remoteJid },
  '/chat/whatsappNumbers/{instance}': { numbers: [number] },
  '/chat/markMessageAsRead/{instance}': { readMessages: [key] },
  '/chat/sendPresence/{instance}': { number, presence: 'composing', delay: 1200 },
  '/chat/getBase64FromMediaMessage/{instance}': { message: { key: { id: key.id } }, convertToMp4: false },
}
