import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { handle } from './shop.mjs'

const api = process.env.API ?? 'http://127.0.0.1:7001'
const world = process.env.WORLD ?? 'http://127.0.0.1:7002'

/** What a request is answered, without the envelope of the gateway. */
const ask = async (url, { body, headers, method = body ? 'POST' : 'GET' } = {}) => {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer = await response.json()
  assert.ok(response.ok, JSON.stringify(answer))
  return answer.data ?? answer
}

const until = async (find) => {
  for (;;) {
    const found = await find()
    if (found) return found
    await wait(50)
  }
}

/** A device that is linked to a phone of the world. */
const linkedDevice = async () => {
  const admin = { 'x-admin-secret': process.env.ADMIN_SECRET_KEY }
  const { api_key: key } = await ask(`${api}/admin/api-keys`, {
    body: { customer_name: 'Test', max_devices: 1 },
    headers: admin,
  })
  const { token } = await ask(`${api}/devices`, { body: { device_name: 'shop' }, headers: { 'x-api-key': key } })
  const headers = { authorization: `Bearer ${token}` }
  const owner = await ask(`${world}/phones`, { body: { name: 'Ana' } })
  const login = await ask(`${api}/devices/me/login?output=json`, { method: 'POST', headers })
  await ask(`${world}/phones/${owner.id}/scan`, { body: { qr: login.qr_text } })
  await until(async () => (await ask(`${api}/devices/me/status`, { headers })).connected)
  return { token, headers, owner }
}

it('answers who asks for an order, and nobody else', { timeout: 60_000 }, async () => {
  const { token, headers, owner } = await linkedDevice()
  const bob = await ask(`${world}/phones`, { body: { name: 'Bob' } })
  for (const text of ['Hello', 'Is order 17 ready?'])
    await ask(`${world}/phones/${bob.id}/messages`, { body: { to: owner.phone, text } })
  const received = await until(async () => {
    const { events } = await ask(`${api}/events?types=message.received`, { headers })
    return events.length === 2 && events
  })
  // Each of them twice, as may happen after a restart.
  for (const event of [...received, ...received]) await handle(event, api, token)
  const seen = await until(async () => {
    const texts = (await ask(`${world}/phones/${bob.id}/messages`)).filter(({ from_me: own }) => !own)
    return texts.length > 0 && texts
  })
  assert.deepEqual(
    seen.map(({ text }) => text),
    ['Yes, come and get it'],
  )
})
