import { randomUUID } from 'node:crypto'
import type { MovedDevice } from '@switchboard/engine'
import { noteChange } from '../observe/note-change.ts'
import { sealProxyUrlWith } from '../sessions/proxy-url.ts'
import { ChatStore } from '../storage/chat-store.ts'
import type { Statement } from '../storage/database.ts'
import { contactStatements, deviceExists, findLinked, insertDevice, linkStatements } from '../storage/import-store.ts'
import { stoppedState } from '../storage/session-store.ts'
import { createDeviceSecret, hashSecret } from '../tenants/secrets.ts'
import type { ImportParts, ImportWish, NewDevice } from './import-parts.ts'
import type { MovingSource, SourceDevice } from './moving-source.ts'
import { deviceLines } from './report.ts'
import { TenantImport } from './tenant-import.ts'
import { webhookStatements, withFitWebhooks } from './webhook-import.ts'

export interface ImportOutcome {
  /** Or can be moved, where nothing is written. */
  readonly moved: number
  readonly left: number
}

type Verdict =
  | { readonly take: false; readonly why: string }
  | { readonly take: true; readonly link: MovedDevice | undefined }

/** Takes the devices of a source over, each in a unit of its own. */
export class Importer {
  readonly #source: MovingSource
  readonly #parts: ImportParts
  readonly #wish: ImportWish
  readonly #tenants: TenantImport
  /** Links that this run has seen. */
  readonly #seen = new Set<string>()

  constructor(source: MovingSource, parts: ImportParts, wish: ImportWish) {
    this.#source = source
    this.#parts = parts
    this.#wish = wish
    this.#tenants = new TenantImport(parts, wish)
  }

  /** @throws AppError api_key_not_found */
  async run(): Promise<ImportOutcome> {
    const { say } = this.#parts
    say(this.#source.title)
    for (const note of this.#source.notes) say(`  ${note}`)
    for (const tenant of this.#source.tenants) say(await this.#tenants.take(tenant))
    let [moved, left] = [0, 0]
    for await (const found of this.#source.devices()) {
      const device = withFitWebhooks(found, this.#parts.allowsPrivateWebhooks)
      const { taken, outcome } = await this.#one(device)
      if (taken) moved++
      else left++
      for (const line of deviceLines(device, outcome)) say(line)
    }
    return { moved, left }
  }

  async #one(device: SourceDevice): Promise<{ taken: boolean; outcome: string }> {
    const verdict = await this.#judge(device)
    if (!verdict.take) return { taken: false, outcome: `left out: ${verdict.why}` }
    if (!this.#wish.write)
      return { taken: true, outcome: verdict.link ? 'can be moved' : 'can be moved, without a link' }
    const id = await this.#store(device, verdict.link)
    return { taken: true, outcome: `moved as device ${id}` }
  }

  async #judge({ link, registration }: SourceDevice): Promise<Verdict> {
    const { database } = this.#parts
    if (registration && (await deviceExists(database, registration.id)))
      return { take: false, why: 'it is here already' }
    if (registration && !this.#tenants.knows(registration.tenantId)) {
      return { take: false, why: 'its API key was left out' }
    }
    const refused = link && 'refused' in link ? link.refused : undefined
    if (registration && (!link || refused)) return { take: true, link: undefined }
    if (!link) return { take: false, why: 'it was never linked' }
    if ('refused' in link) return { take: false, why: link.refused }
    const { jid } = link.account
    const here = await findLinked(database, jid)
    if (here) return { take: false, why: `its link is here already, as device ${here.id} (${here.name})` }
    if (this.#seen.has(jid)) return { take: false, why: 'its link is that of a device before it' }
    this.#seen.add(jid)
    return { take: true, link }
  }

  async #store(device: SourceDevice, link: MovedDevice | undefined): Promise<string> {
    const { database, keyring, now } = this.#parts
    const { name, registration } = device
    const id = registration?.id ?? randomUUID()
    const apiKeyId = await this.#tenants.ownerOf(registration?.tenantId)
    const secret = registration?.secret ?? createDeviceSecret()
    const dataKey = keyring.createDataKey(id)
    const sealer = keyring.withDataKey(id, dataKey)
    if (!registration) this.#handOut({ id, name, secret, apiKeyId }, link)
    const at = now()
    const proxyUrl = registration?.proxyUrl
    const row = {
      ...{ id, name, api_key_id: apiKeyId, secret_hash: hashSecret(secret), data_key_sealed: dataKey },
      token_version: registration?.tokenVersion ?? 1,
      ...stateOf(link, registration?.loggedOut === true),
      ...accountColumns(link),
      ...{ passive: 0 as const, force_active_receipts: 0 as const, epoch: 0, event_seq: 0 },
      proxy_url_sealed: proxyUrl ? sealProxyUrlWith(sealer, proxyUrl) : null,
      ...{ created_at: at, updated_at: at },
    }
    const audit = {
      action: 'device.imported',
      target: id,
      apiKeyId,
      at,
      otherwise: 'system',
      detail: this.#source.title,
    }
    await database.commit([
      insertDevice(database, row),
      ...database.content.ofNewDevice(id, sealer, at),
      ...(link ? this.#belongings(device, link, { id, sealer, at }) : []),
      ...webhookStatements(this.#parts, { id, sealer, at }, registration?.webhooks ?? []),
      noteChange(database, audit),
    ])
    return id
  }

  #belongings(device: SourceDevice, link: MovedDevice, { id, sealer, at }: NewDevice): Statement[] {
    const { database } = this.#parts
    const phones = new Map(link.addresses.map(({ jid, lid }) => [lid, jid]))
    const knownAs = (jid: string) => phones.get(jid) ?? jid
    const people = device.contacts.map(({ jid, pushName, fullName, firstName, businessName }) => ({
      jid: knownAs(jid),
      names: { push_name: pushName, full_name: fullName, first_name: firstName, business_name: businessName },
    }))
    const chats = new ChatStore(database)
    const shown = device.chats.map(({ jid, archived, pinned, mutedUntil }) => {
      const settings = {
        archived: archived ? (1 as const) : (0 as const),
        pinned_at: pinned ? at : null,
        muted_until: mutedUntil === 0 ? null : mutedUntil,
      }
      return chats.set(id, knownAs(jid), settings, at)
    })
    return [...linkStatements(database, id, sealer, link), ...contactStatements(database, id, people, at), ...shown]
  }

  #handOut(made: { id: string; name: string; secret: string; apiKeyId: number }, link: MovedDevice | undefined): void {
    const { tokens, handOut } = this.#parts
    const { id, name, secret, apiKeyId } = made
    const jid = link?.account.jid ?? null
    const token = tokens.create({ id, apiKeyId, jid, version: 1 })
    handOut.add({ device_id: id, name, jid, api_key_id: apiKeyId, device_secret: secret, token })
  }
}

/** A link waits until a person connects it: whether the other program has ended is not known here. */
function stateOf(link: MovedDevice | undefined, loggedOut: boolean) {
  if (link) return { status: 'disconnected' as const, state: stoppedState, state_reason: 'moved' }
  return loggedOut
    ? { status: 'logged_out' as const, state: 'logged_out', state_reason: 'moved' }
    : { status: 'pending' as const, state: 'idle', state_reason: null }
}

const accountColumns = (link: MovedDevice | undefined) => ({
  jid: link?.account.jid ?? null,
  lid: link?.account.lid ?? null,
  push_name: link?.account.pushName ?? null,
  platform: link?.account.platform ?? null,
  business_name: link?.account.businessName ?? null,
})
