import { messageAct } from '../../kit/presets.ts'

export default messageAct({
  method: 'POST',
  path: '/messages/{message_id}/cancel',
  summary: 'Cancel a message that is still queued',
  errors: ['message_not_cancellable'],
  async run({ messages, principal, message }) {
    await messages.cancel(principal.deviceId, message.id)
    return undefined
  },
})
