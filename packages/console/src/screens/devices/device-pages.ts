import { signal } from '@preact/signals'
import type { DeviceRow } from '@switchboard/client'
import type { api } from '../../data/api.ts'

export type Answer = Awaited<ReturnType<typeof api.admin.listDevices>>

type Ask = (limit: number, cursor: string | undefined, abort: AbortSignal) => Promise<Answer>

const firstPage = 100
const nextPage = 500

/** A list of devices that is loaded page by page, as far as somebody looks. */
export class DevicePages {
  /** The rows that are loaded; undefined before the first answer. */
  readonly rows = signal<readonly DeviceRow[] | undefined>(undefined)
  readonly summary = signal<Answer['summary'] | undefined>(undefined)
  readonly error = signal<unknown>(undefined)
  readonly #ask: Ask
  readonly #abort = new AbortController()
  #cursor: string | undefined
  #wanted = 0
  #running = false

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** Asks for the first rows again. Those behind them stay as they were. */
  refresh = async (): Promise<void> => {
    await this.#once(async (abort) => {
      const answer = await this.#ask(firstPage, undefined, abort)
      const fresh = new Set(answer.devices.map(({ device_id }) => device_id))
      const behind = (this.rows.peek() ?? []).slice(firstPage).filter(({ device_id }) => !fresh.has(device_id))
      if (behind.length === 0) this.#cursor = answer.next_cursor
      this.#show(answer, [...answer.devices, ...(answer.next_cursor ? behind : [])])
    })
    await this.#loadWanted()
  }

  /** Loads on until this many rows are there. */
  need = (index: number): void => {
    this.#wanted = index
    void this.#loadWanted()
  }

  /** Puts a newer row in place of the one that is shown. */
  replace(row: DeviceRow): void {
    this.rows.value = this.rows.peek()?.map((each) => (each.device_id === row.device_id ? row : each))
  }

  end(): void {
    this.#abort.abort()
  }

  async #loadWanted(): Promise<void> {
    while (this.#cursor && !this.#running && this.#wanted > (this.rows.peek()?.length ?? 0)) {
      const loaded = await this.#once(async (abort) => {
        const answer = await this.#ask(nextPage, this.#cursor, abort)
        this.#cursor = answer.next_cursor
        this.#show(answer, [...(this.rows.peek() ?? []), ...answer.devices])
      })
      if (!loaded) return
    }
  }

  #show({ summary }: Answer, rows: readonly DeviceRow[]): void {
    this.rows.value = rows
    this.summary.value = summary
    this.error.value = undefined
  }

  /** One request at a time. @returns whether it worked */
  async #once(load: (abort: AbortSignal) => Promise<void>): Promise<boolean> {
    if (this.#running) return false
    this.#running = true
    try {
      await load(this.#abort.signal)
      return true
    } catch (error) {
      if (!this.#abort.signal.aborted) this.error.value = error
      return false
    } finally {
      this.#running = false
    }
  }
}
