import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { verifyWebhook } from '@switchboard/client'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import type { DatabaseTarget } from '../packages/server/src/storage/open-database.ts'
import { withDatabases } from '../packages/server/src/storage/testing/with-databases.ts'
import { startTestGateway, type TestGateway } from '../packages/server/src/testing/start-test-gateway.ts'
import { TestClock } from '../packages/server/src/testing/test-clock.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { openReceiver } from '../packages/server/src/webhooks/testing.ts'
import { bringState } from './former-states/bring-state.ts'
import { type FormerState, type FormerStory, formerStates, readState } from './former-states/former-state.ts'

interface Messages {
  readonly messages: readonly { readonly id: string; readonly text: string | null }[]
}

/** Addresses of files are made anew for each answer, and a device was active since. */
const passing = new Set(['url', 'url_expires_at', 'last_active', 'next_after'])

const idOf = (item: unknown): unknown => {
  const { message_id: messageId, id } = Object(item) as Readonly<Record<string, unknown>>
  return messageId ?? id
}

/** What was answered is answered still; a later version may say more, and there may be more. */
function assertKept(now: unknown, then: unknown, where: string): void {
  if (typeof then !== 'object' || then === null) {
    assert.equal(now, then, where)
    return
  }
  assert.ok(typeof now === 'object' && now !== null, `${where} is gone`)
  for (const [key, value] of Object.entries(then)) {
    if (passing.has(key)) continue
    const id = Array.isArray(now) ? idOf(value) : undefined
    const kept =
      id === undefined ? (now as Record<string, unknown>)[key] : (now as unknown[]).find((item) => idOf(item) === id)
    assertKept(kept, value, `${where}.${String(id ?? key)}`)
  }
}

/** A moment after the state was kept: nothing of it is too old. */
const momentAfter = ({ keptAt }: FormerState) => {
  const aheadMs = keptAt + 60_000 - Date.now()
  const clock = new TestClock()
  clock.set(aheadMs)
  const after = (delayMs: number, task: () => void) => {
    const timer = setTimeout(task, delayMs).unref()
    return () => clearTimeout(timer)
  }
  return { clock, aheadMs, worldClock: { now: () => Date.now() + aheadMs, after } }
}

async function startOn(t: TestContext, state: FormerState, target: DatabaseTarget, dataDir: string) {
  const { clock, worldClock } = momentAfter(state)
  const sandbox = await Sandbox.start({ clock: worldClock, snapshot: Buffer.from(state.world, 'base64') })
  let gateway: TestGateway | undefined
  // In this order: a gateway that still runs writes to its folder.
  t.after(async () => {
    await gateway?.stop()
    await sandbox.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  await bringState(state, target, dataDir)
  const environment = target.type === 'postgres' ? { WHATSAPP_DATASTORE_URI: target.uri } : {}
  gateway = await startTestGateway({ sandbox, dataDir, clock, environment })
  const { device } = state.story
  const { api } = gateway.deviceWith(device.id, device.secret, device.token)
  const phoneOf = (jid: string): Phone => sandbox.phones().find((phone) => phone.jid === jid)!
  return { gateway, sandbox, api, phoneOf }
}

type Upgraded = Awaited<ReturnType<typeof startOn>>

async function deliversWhatWaited(t: TestContext, { api }: Upgraded, { webhook, undelivered, missed }: FormerStory) {
  const receiver = await openReceiver()
  t.after(() => receiver.close())
  await api.patch(`/webhooks/${webhook.id}`, { url: receiver.url })
  const told = () => receiver.received.map(({ body }) => body.id)
  const wanted = undelivered.length + missed.length
  await until('what waited is delivered', () => told().length >= wanted)
  assert.deepEqual(told().slice(0, undelivered.length), undelivered)
  assert.equal(new Set(told()).size, wanted)
  const [{ headers, raw }] = receiver.received as [(typeof receiver.received)[0]]
  await verifyWebhook(headers, raw.toString(), webhook.secret, { toleranceSeconds: 1e9 })
}

async function sendsWhatWaited({ api, phoneOf }: Upgraded, { bob, group, held }: FormerStory) {
  const phone = phoneOf(bob)
  const heard = () => phone.messages().filter(({ text }) => text === held.text)
  assert.deepEqual(heard(), [])
  await api.patch('/devices/me/send-limits', { quiet_hours: null })
  await phone.until.message(({ id }) => id === held.id)
  for (const to of [bob, group]) await api.post(`/chats/${to}/messages`, { text: `And now, ${to}?` })
  await phone.until.message(({ text }) => text === `And now, ${bob}?`)
  const team = phone.groups.of(group)
  await team.until.message(({ text }) => text === `And now, ${group}?`)
  assert.equal(heard().length, 1)
}

for (const name of formerStates()) {
  describe(`an upgrade from ${path.basename(name, '.json.gz')}`, { timeout: 120_000 }, () => {
    withDatabases((_open, freshTarget) => {
      it('keeps what was answered, delivers and sends what waited, and takes what was missed, once', async (t) => {
        const dataDir = mkdtempSync(path.join(tmpdir(), 'switchboard-upgrade-'))
        const fresh = await freshTarget()
        const target = fresh.type === 'sqlite' ? { ...fresh, file: path.join(dataDir, 'switchboard.db') } : fresh
        const state = readState(name)
        const { answers, bob, missed, apiKey } = state.story
        const upgraded = await startOn(t, state, target, dataDir)
        const { gateway, sandbox, api } = upgraded
        await until('what was missed is read', async () => {
          const { messages } = await api.get<Messages>(`/chats/${bob}/messages?limit=200`)
          return messages.some(({ text }) => text === missed.at(-1))
        })
        for (const [read, answer] of Object.entries(answers)) assertKept(await api.get(read), answer, read)
        assert.equal((await gateway.api.with({ 'x-api-key': apiKey }).call('GET', '/devices')).status, 200)
        await deliversWhatWaited(t, upgraded, state.story)
        await sendsWhatWaited(upgraded, state.story)
        const violations = sandbox.phones().flatMap((phone) => phone.violations)
        assert.deepEqual(violations, [])
      })
    })
  })
}
