import { Proof, type Proven } from './proof.ts'

/** `waiting`: for a server that this one needs, or for another gateway that uses the database, to end. `leaving`: requests are still answered, for a while. */
export type Phase = 'starting' | 'waiting' | 'ready' | 'leaving' | 'draining'

/** How the process is doing, for probes. */
export interface Health {
  readonly version: string
  /** Since its start. */
  readonly uptimeMs: number
  readonly phase: Phase
  /** What a process that waits waits for, in a sentence. */
  readonly waitsFor: string
  /** Whether the other gateways can be reached; undefined for one that is alone. */
  readonly bus: 'ok' | 'away' | undefined
  /** Whether the database answers and takes changes. Asked so rarely that probes may come as often as they like. Never rejects. */
  storage(): Promise<Proven>
}

/** What asks the database. */
interface StorageQuestions {
  readonly read: () => Promise<void>
  readonly write: () => Promise<void>
}

/** A read hardly ever waits for a disk. */
const reading = { freshMs: 0, slowMs: 10_000 }
/** Each costs a flush. */
const writing = { freshMs: 5_000, slowMs: 30_000 }

/** The same, for the code that starts and ends the parts and changes the phase. */
export class HealthRecord implements Health {
  readonly version: string
  readonly #startedAt = performance.now()
  #proofs: { readonly read: Proof; readonly write: Proof } | undefined
  phase: Phase = 'starting'
  waitsFor = ''
  bus: Health['bus']

  constructor(version: string) {
    this.version = version
  }

  get uptimeMs(): number {
    return performance.now() - this.#startedAt
  }

  /** From here on there is a database to ask. */
  askStorage({ read, write }: StorageQuestions): void {
    this.#proofs = { read: new Proof(read, reading), write: new Proof(write, writing) }
  }

  /** A change could not be stored. */
  changeFailed(): void {
    this.#proofs?.write.failed()
  }

  waitFor(sentence: string): void {
    this.phase = 'waiting'
    this.waitsFor = sentence
  }

  async storage(): Promise<Proven> {
    if (!this.#proofs) return 'failed'
    const { read, write } = this.#proofs
    const proven = await Promise.all([read.ask(), write.ask()])
    if (proven.includes('failed')) return 'failed'
    return proven.includes('slow') ? 'slow' : 'ok'
  }
}
