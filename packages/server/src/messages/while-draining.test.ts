import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startTestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

describe('sends while the gateway ends', { timeout: 120_000 }, () => {
  it('are all answered, wherever they are on their way', async () => {
    const gateway = await startTestGateway({ sandbox: true })
    try {
      const { api } = await gateway.linkDevice()
      const friend = await gateway.phone('Friend')
      const answers: Promise<number | string>[] = []
      let answered = 0
      let ending = false
      const send = async (text: string): Promise<number | string> => {
        const answer = await api.call('POST', `/chats/${friend.id}/messages`, { text }).then(
          ({ status }) => status,
          (error: Error) => String(error.cause ?? error),
        )
        answered++
        return answer
      }
      const sending = (async () => {
        while (!ending) {
          if (answers.length - answered < 30) answers.push(send(`text ${answers.length}`))
          await new Promise(setImmediate)
        }
      })()
      await until('some are answered', () => answered > 20)
      const halted = gateway.halt()
      ending = true
      await Promise.all([halted, sending])
      for (const answer of await Promise.all(answers))
        assert.ok([200, 202, 503].includes(answer as number), `${answer}`)
    } finally {
      await gateway.stop()
    }
  })
})
