import { randomBytes } from 'node:crypto'
import type { DeviceWork } from '../cluster/device-work.ts'
import type { NodeNews } from '../cluster/node-news.ts'
import type { OwnDevices } from '../cluster/own-devices.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import { noteChange } from '../observe/note-change.ts'
import { ChatwootLinkStore } from '../storage/chatwoot-link-store.ts'
import { type AgentSend, ChatwootStore, type StoredBridge } from '../storage/chatwoot-store.ts'
import type { Statement } from '../storage/database.ts'
import type { Keyring } from '../storage/sealing/keyring.ts'
import { hashSecret } from '../tenants/secrets.ts'
import { createOutbound, type Outbound } from '../webhooks/outbound.ts'
import { checkWebhookUrl } from '../webhooks/webhook-url.ts'
import type { Bridge } from './bridge.ts'
import type { BridgeParts } from './bridge-parts.ts'
import { type ChatwootAccess, ChatwootClient } from './client.ts'
import { type BridgeOptions, defaultOptions, optionsFrom, pausedByOwner } from './options.ts'
import { type AgentMessage, planWebhook } from './plan-webhook.ts'
import { inboxFor, refusalOf } from './set-up.ts'

/** Kind under which access tokens are sealed. */
const tokenKind = 'chatwoot-token'
const connectionsPerOrigin = 8
const connectTimeoutMs = 10_000

/** Thrown out of a unit: Chatwoot said it before. */
class Known extends Error {}
const known = () => new Known()

type ChatwootDependencies = Omit<BridgeParts, 'store' | 'links' | 'clientOf'> & {
  readonly keyring: Keyring
  readonly own: OwnDevices
  readonly news: NodeNews
  readonly config: Pick<Config, 'webhooks' | 'outboundProxy'>
}

/** What a bridge is set up with. */
export interface BridgeInput {
  readonly url: string
  readonly accountId: number
  readonly token: string
  /** The inbox by its id, or by its name; one is made when none has the name. */
  readonly inbox: { readonly id: number } | { readonly name: string }
  readonly options: Partial<BridgeOptions>
  /** Address of this API as Chatwoot reaches it, without a slash at the end. */
  readonly gatewayUrl: string
}

/** A bridge as its owner sees it. */
export interface BridgeView extends Omit<StoredBridge, 'tokenSealed' | 'hookHash' | 'options'> {
  readonly options: BridgeOptions
  /** `waiting`: Chatwoot cannot be reached now. */
  readonly state: 'active' | 'waiting' | 'paused'
  readonly lastEvent: number
  /** Messages of agents that are not sent yet. */
  readonly waiting: number
}

/** Bridges of devices to inboxes of Chatwoot: readers of the event log, and agents' messages on their way. What they work with is loaded when there is one. */
export class Chatwoot implements DeviceWork {
  readonly #dependencies: ChatwootDependencies
  readonly #store: ChatwootStore
  readonly #links: ChatwootLinkStore
  readonly #outbound: Outbound
  readonly #running = new Map<string, Bridge>()
  readonly #stop = new AbortController()

  constructor(dependencies: ChatwootDependencies) {
    const { config, database } = dependencies
    this.#dependencies = dependencies
    this.#store = new ChatwootStore(database)
    this.#links = new ChatwootLinkStore(database)
    this.#outbound = createOutbound({
      ...{ allowPrivateNetworks: config.webhooks.allowPrivateNetworks, connectionsPerOrigin, connectTimeoutMs },
      proxy: config.outboundProxy,
    })
  }

  /** Continues with the bridges that are there. */
  async start(): Promise<void> {
    const { own, news } = this.#dependencies
    if (own.isShared) news.subscribe('agent_did', ({ deviceId }) => this.#running.get(deviceId)?.sent())
    else for (const deviceId of await this.#store.devices()) await this.#run(deviceId)
  }

  async take(deviceIds: readonly string[]): Promise<void> {
    for (const deviceId of await this.#store.devices(deviceIds)) await this.#run(deviceId)
  }

  async leave(deviceIds: readonly string[]): Promise<void> {
    await Promise.all(
      deviceIds.map(async (deviceId) => {
        const bridge = this.#running.get(deviceId)
        this.#running.delete(deviceId)
        await bridge?.stop()
      }),
    )
  }

  async drop(deviceIds: readonly string[]): Promise<void> {
    // What is under way fails at its next write: it is not waited for.
    void this.leave(deviceIds)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all([...this.#running.values()].map((bridge) => bridge.stop()))
    await this.#outbound.close()
  }

  /** Checks the token, finds or makes the inbox, tells it where to call, and begins to carry over what happens from now on.
   *  @throws AppError invalid_webhook_url | chatwoot_refused | chatwoot_unreachable | chatwoot_inbox_taken */
  async setUp(deviceId: string, input: BridgeInput): Promise<BridgeView> {
    const { config, keyring, clock } = this.#dependencies
    const { accountId, token } = input
    const url = checkWebhookUrl(input.url, config.webhooks.allowPrivateNetworks).replace(/\/+$/, '')
    const client = this.#client({ url, accountId, token })
    const hook = randomBytes(24).toString('base64url')
    const webhookUrl = `${input.gatewayUrl}/integrations/chatwoot/webhook/${hook}`
    const inbox = await inboxFor(client, input.inbox, webhookUrl, async (inboxId) => {
      const owner = await this.#store.ownerOf({ url, accountId, inboxId })
      if (owner !== undefined && owner !== deviceId) throw new AppError('chatwoot_inbox_taken')
    })
    const sealer = await keyring.forDevice(deviceId)
    await this.#running.get(deviceId)?.stop()
    this.#running.delete(deviceId)
    await this.#store.save(
      {
        ...{ deviceId, url, accountId, inboxId: inbox.id, inboxName: inbox.name, hookHash: hashSecret(hook) },
        tokenSealed: sealer.seal(tokenKind, '', Buffer.from(token)),
        options: JSON.stringify({ ...defaultOptions, ...input.options }),
      },
      clock.now(),
      [this.#noted(deviceId, 'device.chatwoot_set_up', new URL(url).host)],
    )
    await this.#run(deviceId)
    return this.describe(deviceId)
  }

  /** @throws AppError chatwoot_not_found */
  async describe(deviceId: string): Promise<BridgeView> {
    const bridge = await this.#find(deviceId)
    const running = this.#running.get(deviceId)
    const [lastEvent, waiting] = await Promise.all([
      this.#store.lastEvent(deviceId),
      this.#store.waitingCount(deviceId),
    ])
    const { tokenSealed: _token, hookHash: _hash, options, ...shown } = bridge
    const position = Math.max(bridge.position, running?.readTo ?? 0)
    const state = bridge.paused !== null ? 'paused' : running?.isWaiting ? 'waiting' : 'active'
    return { ...shown, options: optionsFrom(options), position, state, lastEvent, waiting }
  }

  /** Changes options or the token, pauses or resumes. A new token resumes what stopped because of the old one.
   *  @throws AppError chatwoot_not_found | chatwoot_refused | chatwoot_unreachable */
  async change(
    deviceId: string,
    change: { readonly options?: Partial<BridgeOptions>; readonly token?: string; readonly paused?: boolean },
  ): Promise<BridgeView> {
    const bridge = await this.#find(deviceId)
    const { token, paused } = change
    const isResumed = paused === false || (token !== undefined && bridge.paused !== pausedByOwner)
    if (token !== undefined || isResumed) await this.#check(bridge, token)
    const sealer = await this.#dependencies.keyring.forDevice(deviceId)
    await this.#store.change(
      deviceId,
      {
        ...(change.options && { options: JSON.stringify({ ...optionsFrom(bridge.options), ...change.options }) }),
        ...(token !== undefined && { tokenSealed: sealer.seal(tokenKind, '', Buffer.from(token)) }),
        ...(paused ? { paused: pausedByOwner } : isResumed && { paused: null }),
      },
      this.#dependencies.clock.now(),
      [this.#noted(deviceId, 'device.chatwoot_changed')],
    )
    this.#running.get(deviceId)?.wake()
    return this.describe(deviceId)
  }

  /** Ends the bridge. The inbox and what is in it stay in Chatwoot; it is asked to call no more. @throws AppError chatwoot_not_found */
  async remove(deviceId: string): Promise<void> {
    const bridge = await this.#find(deviceId)
    const client = await this.#clientOf(bridge)
    await this.#store.remove(deviceId, [this.#noted(deviceId, 'device.chatwoot_removed')])
    this.#running.get(deviceId)?.wake()
    // Whether it listens is no reason to keep the bridge: its calls are not answered any more.
    await client.setWebhook(bridge.inboxId, '').catch(() => undefined)
  }

  /** Takes what Chatwoot calls with. What an agent did is durable when this resolves, and is done later.
   *  @throws AppError chatwoot_not_found, also for an account or inbox that is not the bridge's; chatwoot_paused */
  async hear(hook: string, body: unknown): Promise<void> {
    const bridge = await this.#store.bridgeOfHook(hashSecret(hook))
    if (!bridge) throw new AppError('chatwoot_not_found')
    const plan = planWebhook(body, bridge, () => this.#dependencies.engine.newMessageId())
    if (plan.kind === 'stranger') throw new AppError('chatwoot_not_found')
    if (plan.kind === 'ignore') return
    const { deviceId } = bridge
    const running = this.#running.get(deviceId)
    if (plan.kind === 'conversation') return running?.conversationChanged(plan.conversationId)
    // What the bridge itself posted comes back with the id that it was given.
    if (plan.kind === 'send' && plan.sourceId && (await this.#links.knows(deviceId, plan.sourceId))) return
    if (bridge.paused === pausedByOwner) throw new AppError('chatwoot_paused')
    if (plan.kind === 'send') await this.#takeMessage(deviceId, plan, plan.message)
    else if (!(await this.#takeDeletion(deviceId, plan))) return
    if (running) running.sent()
    else this.#dependencies.news.publish('agent_did', { deviceId })
  }

  async #takeMessage(
    deviceId: string,
    { chatwootId, conversationId }: Pick<AgentSend, 'chatwootId' | 'conversationId'>,
    message: AgentMessage,
  ): Promise<void> {
    const { database, clock } = this.#dependencies
    const payload = JSON.stringify(message)
    const parts = message.messageIds.map((messageId, part) => ({
      ...{ messageId, chat: '', fromMe: true, chatwootId, part, conversationId },
      ...({ state: 'linked', tick: 0, postedAt: 0 } as const),
    }))
    const send = { chatwootId, kind: 'message', conversationId, payload } as const
    await database
      .commit([
        this.#store.addSend(deviceId, send, clock.now(), known),
        ...parts.map((link) => this.#links.add(deviceId, link, known)),
      ])
      .catch(unlessKnown)
  }

  /** @returns whether there is something to take back */
  async #takeDeletion(
    deviceId: string,
    { chatwootId, conversationId }: Pick<AgentSend, 'chatwootId' | 'conversationId'>,
  ): Promise<boolean> {
    const { database, clock, engine } = this.#dependencies
    const links = (await this.#links.parts(deviceId, chatwootId)).filter(({ fromMe }) => fromMe)
    // It was deleted from here: this is the echo.
    if (links.length === 0 || links.every(({ state }) => state === 'deleted')) return false
    const payload = JSON.stringify(links.map(() => engine.newMessageId()))
    await database
      .commit([
        this.#store.addSend(deviceId, { chatwootId, kind: 'delete', conversationId, payload }, clock.now(), known),
        ...links.map((link) => this.#links.change(deviceId, link, { state: 'deleted' })),
      ])
      .catch(unlessKnown)
    return true
  }

  #noted(deviceId: string, action: string, detail?: string): Statement {
    const { database, clock } = this.#dependencies
    const at = clock.now()
    return noteChange(database, {
      action,
      target: deviceId,
      ...(detail !== undefined && { detail }),
      at,
      otherwise: `device:${deviceId}`,
    })
  }

  async #find(deviceId: string): Promise<StoredBridge> {
    const bridge = await this.#store.bridge(deviceId)
    if (!bridge) throw new AppError('chatwoot_not_found')
    return bridge
  }

  async #check(bridge: StoredBridge, token: string | undefined): Promise<void> {
    const { url, accountId, inboxId } = bridge
    const client = token === undefined ? await this.#clientOf(bridge) : this.#client({ url, accountId, token })
    await client.inbox(inboxId).catch((error) => Promise.reject(refusalOf(error, 'inbox_not_found')))
  }

  async #clientOf(bridge: StoredBridge): Promise<ChatwootClient> {
    const { deviceId, url, accountId, tokenSealed } = bridge
    const sealer = await this.#dependencies.keyring.forDevice(deviceId)
    const token = Buffer.from(sealer.open(tokenKind, '', tokenSealed)).toString()
    return this.#client({ url, accountId, token })
  }

  #client(access: ChatwootAccess): ChatwootClient {
    return new ChatwootClient(this.#outbound, access, this.#stop.signal)
  }

  async #run(deviceId: string): Promise<void> {
    const { Bridge } = await import('./bridge.ts')
    if (this.#stop.signal.aborted || this.#running.has(deviceId) || !this.#dependencies.own.keeps(deviceId)) return
    const parts: BridgeParts = {
      ...this.#dependencies,
      store: this.#store,
      links: this.#links,
      clientOf: (bridge) => this.#clientOf(bridge),
    }
    const bridge: Bridge = new Bridge(parts, deviceId, () => {
      if (this.#running.get(deviceId) === bridge) this.#running.delete(deviceId)
    })
    this.#running.set(deviceId, bridge)
    bridge.start()
  }
}

const unlessKnown = (error: unknown): void => {
  if (!(error instanceof Known)) throw error
}
