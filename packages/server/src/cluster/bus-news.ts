import type { Bus } from './bus/bus.ts'
import { LocalNews } from './local-news.ts'
import type { News, NewsKind, NodeNews } from './node-news.ts'

const subject = 'wa.news'

/** News that go over the bus too. */
export class BusNews implements NodeNews {
  readonly #local = new LocalNews()
  readonly #bus: Bus

  constructor(bus: Bus) {
    this.#bus = bus
    // What comes from elsewhere was sealed by a node of this cluster.
    bus.subscribe(subject, (bytes) => {
      const { kind, data } = JSON.parse(Buffer.from(bytes).toString())
      this.heard(kind as NewsKind, data)
    })
  }

  publish<Kind extends NewsKind>(kind: Kind, data: News[Kind]): void {
    this.#local.publish(kind, data)
    this.#bus.publish(subject, Buffer.from(JSON.stringify({ kind, data })))
  }

  heard<Kind extends NewsKind>(kind: Kind, data: News[Kind]): void {
    this.#local.publish(kind, data)
  }

  subscribe<Kind extends NewsKind>(kind: Kind, listener: (data: News[Kind]) => void): () => void {
    return this.#local.subscribe(kind, listener)
  }
}
