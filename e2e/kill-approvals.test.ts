import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { call, type DeviceApi } from './steps/api.ts'
import { seededRandom } from './steps/talkers.ts'
import { withLinkedDevice } from './steps/with-device.ts'

const seed = Number(process.env['KILL_SEED'] ?? 20261130)
const rounds = 3
const ofRound = 6

interface Approval {
  readonly approval_id: string
  readonly message_id: string
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired'
  readonly text: string | null
}

/** An agent proposes a text. @returns the id of the approval that it gets */
const propose = async (device: DeviceApi, chat: string, text: string): Promise<string> => {
  const response = await fetch(`${device.baseUrl}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${device.token}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
      params: { name: 'send_message', arguments: { chat_jid: chat, text } },
    }),
  })
  const id = /apr_[\w-]{22}/.exec(await response.text())?.[0]
  assert.ok(id, `the agent got no approval: ${response.status}`)
  return id
}

describe(`a gateway killed ${rounds} times while people decide what an agent may send (seed ${seed})`, () => {
  it('keeps each proposal, decides each once, and sends each that was approved once', {
    timeout: 240_000,
  }, async () => {
    const random = seededRandom(seed)
    await withLinkedDevice({ seed, env: { WHATSAPP_AUTO_PRESENCE_ENABLED: 'false' } }, async (scene) => {
      const { gateway, device, sandbox } = scene
      const bob = await sandbox.phone({ name: 'Bob' })
      const person = <Data>(method: string, path: string, body?: unknown) =>
        call<Data>(`${gateway.url}${path}`, {
          method,
          headers: { 'x-admin-secret': gateway.adminSecret, 'x-device-id': device.deviceId },
          ...(body !== undefined && { body }),
        })
      await person('POST', '/devices/me/send-policy', { mode: 'approve' })
      const told = new Map<string, string>()
      const proposed = new Map<string, string>()
      const decide = async (id: string, decision: string) => {
        const answer = await person<Approval>('POST', `/approvals/${id}`, { decision }).catch(() => undefined)
        if (answer?.status === 200) {
          assert.equal(told.has(id), false, `${id} was decided twice`)
          told.set(id, answer.body.data.state)
        }
      }
      for (let round = 0; round < rounds; round++) {
        const ids: string[] = []
        for (let n = 0; n < ofRound; n++) {
          const text = `proposal ${round}.${n}`
          const id = await propose(device, bob.id, text)
          ids.push(id)
          proposed.set(id, text)
        }
        const deciding = Promise.all(
          ids.flatMap((id, n) =>
            (n === 0 ? ['reject', 'approve'] : ['approve', 'approve']).map(async (decision) => {
              await sleep(random() * 60)
              await decide(id, decision)
            }),
          ),
        )
        await sleep(random() * 80)
        await gateway.kill9()
        await deciding
        await gateway.start()
        await device.connected()
      }
      for (const id of proposed.keys()) {
        const { body } = await person<Approval>('GET', `/approvals/${id}`)
        // What was answered before the end is what stands after it.
        if (told.has(id)) assert.equal(body.data.state, told.get(id))
        if (body.data.state === 'pending') await decide(id, 'approve')
      }
      const approvals: Approval[] = []
      for (const id of proposed.keys()) {
        approvals.push((await person<Approval>('GET', `/approvals/${id}`)).body.data)
      }
      for (const { state, message_id: id, approval_id } of approvals) {
        if (state !== 'approved') continue
        const { text } = await bob.until.message((entry) => entry.id === id, 60_000)
        assert.equal(text, proposed.get(approval_id))
      }
      const marker = await person<{ message_id: string }>('POST', `/chats/${bob.id}/messages`, { text: 'the end' })
      await bob.until.message(({ id }) => id === marker.body.data.message_id, 60_000)
      for (const { state, approval_id } of approvals) {
        const times = bob.messages().filter(({ text }) => text === proposed.get(approval_id)).length
        assert.equal(times, state === 'approved' ? 1 : 0, `${approval_id} is ${state}`)
      }
      assert.equal(approvals.filter(({ state }) => state === 'approved').length >= rounds * (ofRound - 1), true)
      assert.deepEqual(bob.violations, [])
    })
  })
})
