import type { GatewayProcess } from '../../e2e/steps/gateway-process.ts'

const findDeadlineMs = 10_000

interface Reply {
  readonly id?: number
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { message: string }
}

/** Node's own inspector of a gateway: what its heap holds once the garbage is gone, which no outside look at the process tells. */
export class Inspector {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #lastId = 0
  /** Pieces of a heap snapshot, while one is taken. */
  onChunk: (text: string) => void = () => {}

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Reply))
  }

  /** @param port what the gateway was given as `--inspect-port` in its NODE_OPTIONS */
  static async attach(gateway: GatewayProcess, port: number): Promise<Inspector> {
    process.kill(gateway.pid, 'SIGUSR1')
    const socket = new WebSocket(await untilListening(port))
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', reject)
    })
    return new Inspector(socket)
  }

  /** Bytes in use after a full collection: JavaScript's, and what hangs on it outside the heap. */
  async bytesInUse(): Promise<number> {
    await this.ask('HeapProfiler.collectGarbage')
    const { result } = await this.ask('Runtime.evaluate', {
      expression: '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())',
    })
    return Number((result as { value?: number }).value)
  }

  ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result ?? {})))
      this.#socket.send(JSON.stringify({ id, method, params }))
    })
  }

  close(): void {
    this.#socket.close()
  }

  #take(reply: Reply): void {
    if (reply.method === 'HeapProfiler.addHeapSnapshotChunk') this.onChunk(String(reply.params?.['chunk']))
    if (reply.id === undefined) return
    this.#waiting.get(reply.id)?.(reply)
    this.#waiting.delete(reply.id)
  }
}

async function untilListening(port: number): Promise<string> {
  const deadline = Date.now() + findDeadlineMs
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => undefined)
    const [target] = answer ? ((await answer.json()) as { webSocketDebuggerUrl: string }[]) : []
    if (target) return target.webSocketDebuggerUrl
    if (Date.now() > deadline) throw new Error('the inspector of the gateway does not answer')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
