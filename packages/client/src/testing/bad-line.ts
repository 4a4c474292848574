import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** What becomes of one request. */
export type Fate =
  /** It never arrives. */
  | 'lost'
  /** It arrives, and its answer does not. */
  | 'unanswered'
  /** Somebody on the way answers it. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }

/** A connection to a gateway that fails as it is told to. */
export class BadLine {
  readonly #target: string
  readonly #server: http.Server
  readonly #answers = new Set<http.IncomingMessage>()
  /** What becomes of the next requests; those behind the last pass. */
  readonly fates: Fate[] = []
  /** Headers of the requests that came, oldest first. */
  readonly seen: http.IncomingHttpHeaders[] = []

  private constructor(target: string) {
    this.#target = target
    this.#server = http.createServer((request, response) => this.#serve(request, response))
  }

  static async start(target: string): Promise<BadLine> {
    const line = new BadLine(target)
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve))
    return line
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** From now on no byte of an answer that has begun comes through, and nobody is told. */
  freeze(): void {
    for (const answer of this.#answers) answer.unpipe().resume()
  }

  /** Every connection breaks. */
  cut(): void {
    this.#server.closeAllConnections()
  }

  async stop(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.seen.push(request.headers)
    const fate = this.fates.shift()
    if (fate === 'lost') {
      request.socket.destroy()
      return
    }
    if (typeof fate === 'object') {
      request.resume().on('end', () => response.writeHead(fate.status, fate.headers).end(fate.body ?? ''))
      return
    }
    const { method = 'GET', headers } = request
    const onward = http.request(`${this.#target}${request.url}`, { method, headers }, (answer) => {
      if (fate === 'unanswered') {
        answer.resume().on('end', () => request.socket.destroy())
        return
      }
      this.#answers.add(answer)
      answer.on('close', () => this.#answers.delete(answer))
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      response.flushHeaders()
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  }
}
