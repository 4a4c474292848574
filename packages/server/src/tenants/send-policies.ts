import { AppError } from '../errors/app-error.ts'
import { auditStatement } from '../storage/audit-store.ts'
import type { Database } from '../storage/database.ts'
import { type SendPolicyRow, SendPolicyStore } from '../storage/send-policy-store.ts'
import { type AuthKind, actorOf, type Grant, type KnownPrincipal } from './principals.ts'

/** What a credential may send by itself. One without a policy sends whatever it likes, to anybody. */
export interface SendPolicy {
  /** `allow_list`: to the recipients alone. `approve`: nothing, unless a person agrees to each message. */
  readonly mode: 'allow_list' | 'approve'
  /** Numbers and addresses of people and groups; undefined: anybody. */
  readonly recipients: readonly string[] | undefined
  /** The person who sits in front of the agent's program may agree there. It is the program that says so. */
  readonly clientMayApprove: boolean
  /** For how long what it proposes waits. */
  readonly expirySeconds: number
}

/** A credential that can have a policy. */
export interface PolicyHolder {
  readonly apiKeyId: number
  /** Of the token of a device. */
  readonly deviceId?: string
}

/** A policy is kept under the name that the audit has for its credential. */
const nameOf = ({ apiKeyId, deviceId }: PolicyHolder): string =>
  deviceId === undefined ? `key:${apiKeyId}` : `device:${deviceId}`

/** What is known of a route before it is asked. */
interface Asked {
  readonly auth: AuthKind
  readonly method: string
  /** It keeps to the policy of its caller by itself. */
  readonly heedsPolicy?: true
}

/** The policies of all credentials, in memory and on disk. */
export class SendPolicies {
  readonly #database: Database
  readonly #store: SendPolicyStore
  readonly #now: () => number
  readonly #policies = new Map<string, SendPolicy>()

  private constructor(database: Database, now: () => number) {
    this.#database = database
    this.#store = new SendPolicyStore(database)
    this.#now = now
  }

  static async load(database: Database, now: () => number): Promise<SendPolicies> {
    const policies = new SendPolicies(database, now)
    await policies.readAll()
    return policies
  }

  /** When it is not known what has changed. */
  async readAll(): Promise<void> {
    const rows = await this.#store.all()
    this.#policies.clear()
    for (const row of rows) this.#policies.set(row.holder, fromRow(row))
  }

  /** The one of this holder was changed elsewhere. */
  async readAgain(holder: string): Promise<void> {
    const row = await this.#store.find(holder)
    if (row) this.#policies.set(holder, fromRow(row))
    else this.#policies.delete(holder)
  }

  /** The policy of the credential with which somebody was let in. */
  of(grant: Grant): SendPolicy | undefined {
    return this.#policies.get(actorOf(grant))
  }

  get(holder: PolicyHolder): SendPolicy | undefined {
    return this.#policies.get(nameOf(holder))
  }

  /** Counts from the next request on. @param policy undefined: none. @param actor as the audit names it */
  async set(holder: PolicyHolder, policy: SendPolicy | undefined, actor: string): Promise<void> {
    const name = nameOf(holder)
    const at = this.#now()
    const change = policy ? this.#store.put(toRow(name, holder, policy, at)) : this.#store.drop(name)
    const { apiKeyId, deviceId } = holder
    const noted = { actor, action: 'send_policy.set', target: deviceId ?? String(apiKeyId), apiKeyId, at }
    const audit = auditStatement(this.#database, { ...noted, detail: policy?.mode ?? 'auto' })
    await this.#database.commit([change, audit], { lane: `policy:${name}` })
    if (policy) this.#policies.set(name, policy)
    else this.#policies.delete(name)
  }

  /** A credential with a policy reads, and does anything else only where its policy is heeded: so no way leads past it. @throws AppError policy_forbids */
  check({ by }: Pick<KnownPrincipal, 'by'>, { auth, method, heedsPolicy }: Asked): void {
    // Everybody may sign out.
    if (method === 'GET' || auth === 'session' || heedsPolicy || this.of(by) === undefined) return
    throw new AppError('policy_forbids', 'This credential has a send policy: it reads, and sends by POST /mcp alone')
  }
}

const fromRow = ({ mode, recipients, client_may_approve, expiry_seconds }: SendPolicyRow): SendPolicy => ({
  mode,
  recipients: recipients === null ? undefined : (JSON.parse(recipients) as string[]),
  clientMayApprove: client_may_approve === 1,
  expirySeconds: expiry_seconds,
})

const toRow = (name: string, holder: PolicyHolder, policy: SendPolicy, at: number): SendPolicyRow => ({
  ...{ holder: name, api_key_id: holder.apiKeyId, device_id: holder.deviceId ?? null, mode: policy.mode },
  recipients: policy.recipients ? JSON.stringify(policy.recipients) : null,
  client_may_approve: policy.clientMayApprove ? 1 : 0,
  ...{ expiry_seconds: policy.expirySeconds, updated_at: at },
})
