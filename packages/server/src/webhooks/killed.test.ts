import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { openDatabase } from '../storage/open-database.ts'
import { keyScope } from '../storage/scope.ts'
import { createKeyring } from '../storage/sealing/keyring.ts'
import { insertSampleDevice, sampleDevice } from '../storage/testing/sample-rows.ts'
import { killProcess } from '../testing/kill-process.ts'
import { until } from '../testing/until.ts'
import type { Orders } from './deliver-until-killed.ts'
import { secretKind } from './directory.ts'
import { openReceiver, type Receiver } from './testing.ts'

const script = join(import.meta.dirname, 'deliver-until-killed.ts')

/** Devices with one webhook each, or one for all of them, that a process to be killed will take over. */
async function prepare(file: string, receiver: Receiver, isOfKey = false): Promise<Omit<Orders, 'from'>> {
  const master = randomBytes(32)
  const database = await openDatabase({ type: 'sqlite', file })
  const keyring = createKeyring(database, [master])
  const devices: string[] = []
  const add = async (scope: string, place: { device_id: string } | { api_key_id: number }) => {
    const sealer = await keyring.forDevice(scope)
    const insert = database.query.insertInto('webhook').values({
      scope,
      ...place,
      url: receiver.url,
      secret_sealed: sealer.seal(secretKind, '', Buffer.from('a secret of the test')),
      open: 1,
      active: 1,
      created_at: 1,
      updated_at: 1,
    })
    await database.commit([{ query: insert.compile() }])
  }
  const { apiKeyId } = await insertSampleDevice(database)
  for (let n = 0; n < 3; n++) {
    const id = randomUUID()
    const device = sampleDevice(apiKeyId, { id, data_key_sealed: keyring.createDataKey(id) })
    await database.commit([{ query: database.query.insertInto('device').values(device).compile() }])
    if (!isOfKey) await add(id, { device_id: id })
    devices.push(id)
  }
  if (isOfKey) {
    await keyring.prepare(keyScope(apiKeyId))
    await add(keyScope(apiKeyId), { api_key_id: apiKeyId })
  }
  await database.close()
  return { file, masterKey: master.toString('hex'), devices }
}

/** Lets a process work until so many requests have come in, and kills it. Answers what it said was committed. */
async function workUntilKilled(orders: Orders, receiver: Receiver, requests: number): Promise<Map<string, number>> {
  const committed = new Map<string, number>()
  const child = fork(script, [JSON.stringify(orders)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.on('message', ({ device, n }: { device: string; n: number }) => committed.set(device, n))
  await receiver.waitFor(receiver.received.length + requests)
  await killProcess(child)
  return committed
}

describe('webhooks of a killed process', () => {
  const loseNothing = (isOfKey: boolean) => async (test: TestContext) => {
    const folder = await mkdtemp(join(tmpdir(), 'webhooks-killed-'))
    const receiver = await openReceiver()
    let last: ChildProcess | undefined
    test.after(async () => {
      await killProcess(last)
      await receiver.close()
      await rm(folder, { recursive: true })
    })
    const prepared = await prepare(join(folder, 'db.sqlite'), receiver, isOfKey)
    const promised = new Map<string, number[]>(prepared.devices.map((device) => [device, []]))
    for (const [round, requests] of [7, 40, 90].entries()) {
      const from = 10_000 * (round + 1)
      const committed = await workUntilKilled({ ...prepared, from }, receiver, requests)
      for (const [device, last] of committed) {
        for (let n = from; n <= last; n++) promised.get(device)?.push(n)
      }
    }
    const told = (device: string): number[] => {
      const all = receiver.received.filter(({ body }) => body.device_id === device)
      return [...new Set<number>(all.map(({ body }) => body.data.n))]
    }
    const orders = { ...prepared, devices: [], from: 0 }
    last = fork(script, [JSON.stringify(orders)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const missing = () =>
      prepared.devices.flatMap((device) => {
        const known = new Set(told(device))
        return promised.get(device)?.filter((n) => !known.has(n)) ?? []
      })
    await until('every committed event arrived', () => missing().length === 0)
    for (const device of prepared.devices) {
      const first = told(device)
      assert.deepEqual(
        first,
        first.toSorted((a, b) => a - b),
        'in order, when repetitions are left out',
      )
      assert.ok(first.length > 0)
    }
  }

  it('lose nothing and keep their order, whenever it happens', { timeout: 120_000 }, loseNothing(false))

  it('do neither when one of the API key is for all devices', { timeout: 120_000 }, loseNothing(true))

  it('repeat only what was delivered last, also at a slow endpoint with much that waits', {
    timeout: 120_000,
  }, async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'webhooks-killed-'))
    const receiver = await openReceiver()
    test.after(async () => {
      await receiver.close()
      await rm(folder, { recursive: true })
    })
    receiver.answer = (_request, response) => setTimeout(() => response.writeHead(204).end(), 10)
    const prepared = await prepare(join(folder, 'db.sqlite'), receiver)
    const promised = new Map<string, number>()
    const kills = 3
    for (let round = 0; round < kills; round++) {
      const from = 100_000 * (round + 1)
      const committed = await workUntilKilled({ ...prepared, from }, receiver, 400)
      for (const [device, last] of committed) promised.set(device, (promised.get(device) ?? 0) + last - from + 1)
    }
    const told = (device: string): number[] =>
      receiver.received.filter(({ body }) => body.device_id === device).map(({ body }) => body.seq)
    for (const device of prepared.devices) {
      const seqs = told(device)
      const distinct = [...new Set(seqs)]
      assert.deepEqual(
        distinct,
        Array.from({ length: distinct.length }, (_, index) => index + 1),
        'no gap, in order',
      )
      // What a lane delivers before its place is written, while it is being written, and what is under way.
      const most = 2 * 64 + 1
      assert.ok(seqs.length - distinct.length <= (kills - 1) * most, `${seqs.length - distinct.length} repetitions`)
      assert.ok(promised.get(device)! > distinct.length, 'much was waiting')
    }
  })

  it('go on where they were when it happens in the middle of a pause', { timeout: 120_000 }, async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'webhooks-killed-'))
    const receiver = await openReceiver()
    let next: ChildProcess | undefined
    test.after(async () => {
      await killProcess(next)
      await receiver.close()
      await rm(folder, { recursive: true })
    })
    receiver.answer = (_request, response) => response.writeHead(503).end()
    const prepared = await prepare(join(folder, 'db.sqlite'), receiver)
    // Each has failed twice when half of them have failed once more.
    const committed = await workUntilKilled({ ...prepared, from: 1 }, receiver, 2 * prepared.devices.length + 1)
    const failed = receiver.received.length
    receiver.answer = (_request, response) => response.writeHead(204).end()
    const orders = { ...prepared, devices: [], from: 0 }
    next = fork(script, [JSON.stringify(orders)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    for (const [device, last] of committed) {
      const told = () =>
        receiver.received
          .slice(failed)
          .filter(({ body }) => body.device_id === device)
          .map(({ body }) => body.data.n)
      await until('every committed event arrived', () => told().length >= last)
      const all = Array.from({ length: told().length }, (_, index) => index + 1)
      assert.deepEqual(told(), all, 'in order, from the one that had failed')
    }
  })
})
