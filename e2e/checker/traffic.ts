import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from './account.ts'

/** What no careful client should see, whatever happens to gateways. */
export interface OddAnswer {
  readonly account: string
  readonly status: number
  readonly errorCode: string | undefined
}

export interface TrafficOptions {
  readonly accounts: readonly Account[]
  /** Addresses of all gateways: a client asks any of them. */
  readonly gatewayUrls: readonly string[]
  readonly random: () => number
  /** Between two texts of one author, in the middle. */
  readonly pauseMs: number
}

const requestMs = 15_000
/** For how long a client repeats what was not accepted. */
const mostRepeatingMs = 180_000
/** Any of them says that the same request may be repeated. */
const later = [409, 429, 502, 503, 504]

/** Every phone and every device writes to the others, one text after the other, until {@link stop}. */
export class Traffic {
  readonly odd: OddAnswer[] = []
  /** Requests that had to be repeated. */
  repeated = 0
  readonly #options: TrafficOptions
  readonly #loops: Promise<void>[]
  #talking = true

  constructor(options: TrafficOptions) {
    this.#options = options
    this.#loops = options.accounts.flatMap((account) => [this.#phone(account), this.#device(account)])
  }

  /** Resolves when everybody has fallen silent, and every request that was begun has been accepted. */
  async stop(): Promise<void> {
    this.#talking = false
    await Promise.all(this.#loops)
  }

  #pause(): Promise<void> {
    return sleep(this.#options.pauseMs * (0.5 + this.#options.random()))
  }

  #other(account: Account): Account {
    const others = this.#options.accounts.filter((each) => each !== account)
    return others[Math.floor(this.#options.random() * others.length)]!
  }

  async #phone(account: Account): Promise<void> {
    for (let n = 1; this.#talking; n++, await this.#pause()) {
      const to = this.#other(account)
      const text = `${account.name} by phone ${n}`
      await account.phone.sendText(to.phone, text)
      to.said.push({ text, author: `${account.name} by phone` })
    }
  }

  async #device(account: Account): Promise<void> {
    for (let n = 1; this.#talking; n++, await this.#pause()) {
      const to = this.#other(account)
      const text = `${account.name} by device ${n}`
      const messageId = await this.#untilAccepted(account, to, text)
      const said = { text, author: `${account.name} by device`, messageId }
      to.said.push(said)
      account.accepted.push(said)
    }
  }

  /** As the documentation says: under a key of its own, and again after no answer or one that says "later", at whichever gateway. */
  async #untilAccepted(account: Account, to: Account, text: string): Promise<string> {
    const { gatewayUrls, random } = this.#options
    const until = Date.now() + mostRepeatingMs
    for (;;) {
      const url = gatewayUrls[Math.floor(random() * gatewayUrls.length)]!
      const answer = await send(url, account, to, text).catch(() => undefined)
      if (answer?.ok && answer.messageId) return answer.messageId
      if (answer && !(later.includes(answer.status) && answer.errorCode !== 'device_not_linked')) {
        this.odd.push({ account: account.name, status: answer.status, errorCode: answer.errorCode })
      }
      if (Date.now() > until) throw new Error(`"${text}" was never accepted: ${JSON.stringify(answer)}`)
      this.repeated++
      await sleep(Math.min((answer?.retryAfter ?? 0.3) * 1000, 2_000))
    }
  }
}

async function send(gatewayUrl: string, { device }: Account, to: Account, text: string) {
  const response = await fetch(`${gatewayUrl}/chats/${encodeURIComponent(to.phone.jid)}/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${device.token}`,
      'content-type': 'application/json',
      'idempotency-key': text.replaceAll(' ', '-'),
    },
    body: JSON.stringify({ text, typing_simulation: false, presence_simulation: false }),
    signal: AbortSignal.timeout(requestMs),
  })
  const body = (await response.json().catch(() => undefined)) as
    | { error_code?: string; data?: { message_id?: string } }
    | undefined
  const after = response.headers.get('retry-after')
  return {
    ok: response.ok,
    status: response.status,
    messageId: body?.data?.message_id,
    errorCode: body?.error_code,
    ...(after !== null && { retryAfter: Number(after) }),
  }
}
