import type { News, NewsKind, NodeNews } from './node-news.ts'

type Listener = (data: never) => void

/** News of a node that is alone. */
export class LocalNews implements NodeNews {
  readonly #listeners = new Map<NewsKind, Set<Listener>>()

  publish<Kind extends NewsKind>(kind: Kind, data: News[Kind]): void {
    // Later, as news from elsewhere would come: nobody is called in the middle of what it does.
    queueMicrotask(() => {
      for (const listener of [...(this.#listeners.get(kind) ?? [])]) (listener as (data: News[Kind]) => void)(data)
    })
  }

  heard<Kind extends NewsKind>(kind: Kind, data: News[Kind]): void {
    this.publish(kind, data)
  }

  subscribe<Kind extends NewsKind>(kind: Kind, listener: (data: News[Kind]) => void): () => void {
    const listeners = this.#listeners.get(kind) ?? new Set()
    this.#listeners.set(kind, listeners)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
}
