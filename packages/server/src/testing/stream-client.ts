import assert from 'node:assert/strict'
import type { Told } from './socket-client.ts'

/** Reads server-sent events one at a time. */
async function* listen(response: Response): AsyncGenerator<Told> {
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1] ?? ''
      if (field('data')) yield { id: Number(field('id')), event: field('event'), data: JSON.parse(field('data')) }
    }
  }
}

/** A reader of server-sent events. */
export class StreamClient {
  readonly #events: AsyncGenerator<Told>
  readonly #leave: AbortController

  private constructor(response: Response, leave: AbortController) {
    this.#events = listen(response)
    this.#leave = leave
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<StreamClient> {
    const leave = new AbortController()
    const response = await fetch(url, { headers, signal: leave.signal })
    assert.equal(response.status, 200, response.ok ? '' : await response.text())
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
    return new StreamClient(response, leave)
  }

  /** The next so many. Rejects when the stream ends before. */
  async take(count: number): Promise<Told[]> {
    const taken: Told[] = []
    while (taken.length < count) {
      const { value, done } = await this.#events.next()
      if (done) throw new Error(`the stream ended after ${taken.length} of ${count}`)
      taken.push(value)
    }
    return taken
  }

  leave(): void {
    this.#leave.abort()
  }
}
