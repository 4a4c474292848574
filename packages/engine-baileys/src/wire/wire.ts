import type { BinaryNode, Stanza } from '@switchboard/link'

/** The open stream to the server, as the pipelines see it. */
export interface Wire {
  /** Resolves when the stanza is written. Stanzas leave in the order of the calls. */
  send(stanza: Stanza): Promise<void>
  /** Sends a request and resolves with its answer. @throws EngineError `timeout`, `refused`, `closed` */
  query(node: BinaryNode, timeoutMs?: number): Promise<BinaryNode>
  readonly isOpen: boolean
}
