import { Agent } from 'node:https'
import { connect } from 'node:net'

/** Both ways to the media host, for a client that only knows https: each `https://…` of it ends at a world's plain origin. */
export interface PlainMedia {
  /** For uploads, which go by node:https. */
  readonly agent: Agent
  /** For downloads, which go by fetch. */
  readonly dispatcher: object
}

type Dispatch = (options: object, handler: object) => boolean

/** @param origin where the world answers HTTP: `http://127.0.0.1:7002` */
export function plainMedia(origin: string): PlainMedia {
  const { hostname, port } = new URL(origin)
  return { agent: new PlainAgent(hostname, Number(port)), dispatcher: { dispatch: toOrigin(origin) } }
}

/** Hands every request to the dispatcher of this process' own fetch, with another origin. */
function toOrigin(origin: string): Dispatch {
  return (options, handler) => {
    const own = (globalThis as Record<symbol, unknown>)[Symbol.for('undici.globalDispatcher.1')]
    return (own as { dispatch: Dispatch }).dispatch({ ...options, origin }, handler)
  }
}

/** Requests over TLS that are not: the connection is a plain one, always to the same place. */
class PlainAgent extends Agent {
  readonly #host: string
  readonly #port: number

  constructor(host: string, port: number) {
    super()
    this.#host = host
    this.#port = port
  }

  override createConnection(): ReturnType<Agent['createConnection']> {
    return connect(this.#port, this.#host)
  }
}
