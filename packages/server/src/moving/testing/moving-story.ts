import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Phone, type PhoneGroup, Sandbox } from '@switchboard/sandbox'
import { StockClient, useMultiFileAuthState } from '../../../../sandbox/src/driver/testing/stock-client.ts'
import { linkReaders } from '../../engine/link-readers.ts'
import { createLogger } from '../../observe/logging.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'
import { type ImportRequest, runImport } from '../run-import.ts'

// The library announces closed sessions on the console.
console.info = () => {}

/** What is moved, besides where it is. */
export type MoveWish = Partial<Omit<ImportRequest, 'from' | 'place'>> & Pick<ImportRequest, 'from' | 'place'>

type Scene = Pick<MovingStory, 'sandbox' | 'gateway' | 'folder' | 'owner' | 'friend' | 'stranger' | 'group'>

/** A client of another program that has talked, and was stopped with messages under way; and a gateway that takes it over. */
export class MovingStory {
  readonly sandbox: Sandbox
  readonly gateway: TestGateway
  /** Below which the other program keeps its files. */
  readonly folder: string
  readonly owner: Phone
  readonly friend: Phone
  /** Has not answered the client yet. */
  readonly stranger: Phone
  readonly group: PhoneGroup

  private constructor(parts: Scene) {
    this.sandbox = parts.sandbox
    this.gateway = parts.gateway
    this.folder = parts.folder
    this.owner = parts.owner
    this.friend = parts.friend
    this.stranger = parts.stranger
    this.group = parts.group
  }

  static async begin(): Promise<MovingStory> {
    const sandbox = await Sandbox.start({ seed: 5 })
    const gateway = await startTestGateway({ sandbox })
    const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-moving-'))
    const phone = (name: string) => sandbox.phone({ name })
    const [owner, friend, stranger] = [await phone('Owner'), await phone('Friend'), await phone('Stranger')]
    const group = await friend.groups.create({ subject: 'Talk', participants: [owner.jid] })
    const story = new MovingStory({ sandbox, gateway, folder, owner, friend, stranger, group })
    await story.#talk()
    await gateway.halt()
    return story
  }

  /** The folder with the state of the stopped client. */
  get state(): string {
    return path.join(this.folder, 'state')
  }

  async #talk(): Promise<void> {
    const { sandbox, owner, friend, stranger, group } = this
    const client = new StockClient(sandbox, {}, await useMultiFileAuthState(this.state))
    await client.link(owner)
    await client.until('creds.update', (update) => update.myAppStateKeyId !== undefined)
    const linked = client.state.creds.me!.id
    const late = () => sandbox.fault.next(linked, 'message', { drop: true })
    await client.sendText(friend.jid, 'one')
    await friend.until.message(({ text }) => text === 'one')
    await client.sendText(group.jid, 'group one')
    await group.until.message(({ text }) => text === 'group one')
    await friend.send(owner.jid, { text: 'two' })
    await group.send({ text: 'group two' })
    await client.untilText('two')
    await client.untilText('group two')
    // These two are lost on their way, and come again once others were read.
    late()
    await friend.send(owner.jid, { text: 'late' })
    await friend.send(owner.jid, { text: 'three' })
    await client.untilText('three')
    late()
    await group.send({ text: 'group late' })
    await group.send({ text: 'group three' })
    await client.untilText('group three')
    await client.sendText(stranger.jid, 'hello?')
    await stranger.until.message(({ text }) => text === 'hello?')
    await client.close()
    // It writes what it has changed last.
    await new Promise((resolve) => setTimeout(resolve, 300))
    await friend.send(owner.jid, { text: 'away' })
    await group.send({ text: 'group away' })
    await stranger.send(owner.jid, { text: 'hello!' })
  }

  /** Makes everything below the folder five minutes old. */
  rest(): void {
    const at = Date.now() / 1000 - 300
    for (const file of readdirSync(this.folder, { recursive: true }))
      utimesSync(path.join(this.folder, String(file)), at, at)
  }

  /** Runs an import while the gateway is stopped. @returns the lines of its report */
  async move(wish: MoveWish): Promise<string[]> {
    const lines: string[] = []
    const request = { write: true, force: false, apiKeyId: undefined, ...wish }
    const { config } = this.gateway
    await runImport(config, request, {
      ...{ readers: linkReaders, log: createLogger(config) },
      say: (line) => void lines.push(line),
    })
    return lines
  }

  /** The one device that was moved, by the token that was handed out; the gateway is started for it. */
  async device(): Promise<TestDevice> {
    await this.gateway.start()
    const { handedOut } = this
    return this.gateway.deviceWith(handedOut.device_id, handedOut.device_secret, handedOut.token)
  }

  /** What the owner of the moved device gets. */
  get handedOut(): { device_id: string; device_secret: string; token: string } {
    const folder = path.join(this.gateway.dataDir, 'imports')
    const [file] = readdirSync(folder)
    return JSON.parse(readFileSync(path.join(folder, file!), 'utf8').trim().split('\n').at(-1)!)
  }

  /** Both directions work, alone and in the group; nothing that was under way is lost, and nothing needs a second try. */
  async goesOn(device: TestDevice): Promise<void> {
    const { owner, friend, stranger, group } = this
    const reads = (chat: string, text: string) =>
      until(
        `${text} is read`,
        async () => {
          const { messages } = await device.api.get<{ messages: { text: string | null }[] }>(`/chats/${chat}/messages`)
          return messages.some((message) => message.text === text)
        },
        20_000,
      )
    for (const text of ['late', 'away']) await reads(friend.jid, text)
    for (const text of ['group late', 'group away']) await reads(group.jid, text)
    await reads(stranger.jid, 'hello!')
    const says = (chat: string, text: string) => device.api.post(`/chats/${chat}/messages`, { text })
    await says(friend.jid, 'from here')
    await friend.until.message(({ text }) => text === 'from here')
    await says(group.jid, 'group from here')
    await group.until.message(({ text }) => text === 'group from here')
    await says(stranger.jid, 'and you')
    await stranger.until.message(({ text }) => text === 'and you')
    await friend.send(owner.jid, { text: 'to there' })
    await reads(friend.jid, 'to there')
    await group.send({ text: 'group to there' })
    await reads(group.jid, 'group to there')
    await says(friend.jid, 'and back')
    await friend.until.message(({ text }) => text === 'and back')
    assert.deepEqual(await this.#troubles(), [])
    assert.deepEqual(
      [owner, friend, stranger].flatMap(({ violations }) => violations),
      [],
    )
  }

  /** Messages that could not be read, and receipts that asked for another try. */
  async #troubles(): Promise<string[]> {
    const { query } = this.gateway.services.database
    const rows = await query
      .selectFrom('event')
      .select(['type', 'payload'])
      .where('type', 'like', '%undecryptable%')
      .execute()
    return rows.map(({ type, payload }) => `${type} ${payload}`)
  }

  async end(): Promise<void> {
    await this.gateway.stop()
    await this.sandbox.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
