/** A phone of the world, through the control API of the sandbox. */
export class WorldPhone {
  readonly #url: string
  readonly id: string
  readonly jid: string

  private constructor(worldUrl: string, { id, jid }: { id: string; jid: string }) {
    this.#url = `${worldUrl}/phones/${id}`
    this.id = id
    this.jid = jid
  }

  static async make(worldUrl: string, name: string): Promise<WorldPhone> {
    return new WorldPhone(worldUrl, await request(`${worldUrl}/phones`, { name }))
  }

  async scan(qr: string): Promise<void> {
    await request(`${this.#url}/scan`, { qr })
  }

  async sendText(to: WorldPhone, text: string): Promise<void> {
    await request(`${this.#url}/messages`, { to: to.jid, text })
  }

  /** Texts that others wrote, in the order of this phone. */
  async shownTexts(): Promise<string[]> {
    const messages = await request<{ kind: string; text?: string; from_me: boolean }[]>(`${this.#url}/messages`)
    return messages.filter(({ kind, from_me }) => kind === 'text' && !from_me).map(({ text }) => String(text))
  }

  async violations(): Promise<unknown[]> {
    return (await request<{ violations: unknown[] }>(this.#url)).violations
  }
}

async function request<Data>(url: string, body?: unknown): Promise<Data> {
  const response = await fetch(url, {
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(answer)}`)
  return answer as Data
}
