/** The public API as an outside program uses it: plain HTTP, nothing shared with the gateway's code. */
export interface Answer<Data> {
  readonly status: number
  readonly body: {
    status: boolean
    code: number
    message: string
    data: Data
    error_code?: string
    request_id?: string
  }
}

export async function call<Data = Record<string, unknown>>(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: unknown; timeoutMs?: number } = {},
): Promise<Answer<Data>> {
  const response = await fetch(url, {
    method: options.method ?? 'GET',
    headers: { ...(options.body !== undefined && { 'content-type': 'application/json' }), ...options.headers },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.timeoutMs !== undefined && { signal: AbortSignal.timeout(options.timeoutMs) }),
  })
  const text = await response.text()
  try {
    return { status: response.status, body: JSON.parse(text) }
  } catch {
    throw new Error(`${options.method ?? 'GET'} ${url} answered ${response.status} without JSON: ${text.slice(0, 200)}`)
  }
}

/** One linked device, seen from outside. */
export class DeviceApi {
  readonly baseUrl: string
  readonly deviceId: string
  readonly token: string

  constructor(baseUrl: string, deviceId: string, token: string) {
    this.baseUrl = baseUrl
    this.deviceId = deviceId
    this.token = token
  }

  call<Data = Record<string, unknown>>(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
    return call<Data>(`${this.baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...headers },
      ...(body !== undefined && { body }),
    })
  }

  /** The same device through another gateway. */
  at(baseUrl: string): DeviceApi {
    return new DeviceApi(baseUrl, this.deviceId, this.token)
  }

  async loginQr(): Promise<string> {
    const answer = await this.call<{ qr_text: string }>('POST', '/devices/me/login?output=json')
    if (answer.status !== 200) throw new Error(`login answered ${answer.status}: ${answer.body.message}`)
    return answer.body.data.qr_text
  }

  async connected(timeoutMs = 120_000): Promise<void> {
    const deadline = Date.now() + timeoutMs
    let last: unknown
    while (Date.now() < deadline) {
      const answer = await this.call<{ connected: boolean }>('GET', '/devices/me/status').catch(() => undefined)
      if (answer?.body.data?.connected) return
      last = answer?.body
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`the device did not connect: ${JSON.stringify(last)}`)
  }

  sendText(chat: string, text: string, idempotencyKey?: string) {
    return this.call<{ message_id: string; status: string }>(
      'POST',
      `/chats/${encodeURIComponent(chat)}/messages`,
      { text, typing_simulation: false, presence_simulation: false },
      idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
    )
  }

  /** The whole event log, read page by page as a client without webhooks does. */
  async events(types: readonly string[] = []): Promise<EventView[]> {
    const all: EventView[] = []
    let after = 0
    for (;;) {
      const query = new URLSearchParams({
        after: String(after),
        limit: '500',
        ...(types.length > 0 && { types: types.join(',') }),
      })
      const page = await this.call<{ events: EventView[]; next_cursor?: number }>('GET', `/events?${query}`)
      if (page.status !== 200) throw new Error(`events answered ${page.status}: ${page.body.message}`)
      if (page.body.data.events.length === 0) return all
      all.push(...page.body.data.events)
      after = page.body.data.events.at(-1)?.seq ?? after
    }
  }
}

export interface EventView {
  readonly id: string
  readonly seq: number
  readonly event_type: string
  readonly data: Record<string, unknown>
}

/** An API key and devices under it. */
export async function createApiKey(
  baseUrl: string,
  adminSecret: string,
  limits: { max_devices?: number } = {},
): Promise<string> {
  const answer = await call<{ api_key: string }>(`${baseUrl}/admin/api-keys`, {
    method: 'POST',
    headers: { 'x-admin-secret': adminSecret },
    body: { customer_name: 'Story', max_devices: limits.max_devices ?? 100 },
  })
  if (answer.status !== 201) throw new Error(`creating a key answered ${answer.status}: ${answer.body.message}`)
  return answer.body.data.api_key
}

export async function createDevice(baseUrl: string, apiKey: string, name: string): Promise<DeviceApi> {
  const answer = await call<{ device_id: string; token: string }>(`${baseUrl}/devices`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: { device_name: name },
  })
  if (answer.status !== 201) throw new Error(`creating a device answered ${answer.status}: ${answer.body.message}`)
  return new DeviceApi(baseUrl, answer.body.data.device_id, answer.body.data.token)
}
