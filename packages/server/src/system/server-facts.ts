import { statfs } from 'node:fs/promises'
import type { Config } from '../config/config.ts'
import type { SettingReadout } from '../config/describe-settings.ts'
import type { Database } from '../storage/database.ts'
import { databaseSize } from '../storage/database-size.ts'

interface ServerFactsParts {
  readonly database: Database
  readonly config: Config
  readonly settings: readonly SettingReadout[]
}

/** What an operator may know of the server: its settings without their secrets, its database and its disk. */
export class ServerFacts {
  readonly #parts: ServerFactsParts

  constructor(parts: ServerFactsParts) {
    this.#parts = parts
  }

  get settings(): readonly SettingReadout[] {
    return this.#parts.settings
  }

  /** `place`: the file, or host and name. Size in bytes. */
  async database(): Promise<{ kind: 'sqlite' | 'postgres'; place: string; bytes: number }> {
    const { type, uri } = this.#parts.config.storage
    const url = type === 'postgres' ? URL.parse(uri) : undefined
    const place = type === 'sqlite' ? uri : `${url?.host ?? ''}${url?.pathname ?? ''}`
    return { kind: type, place, bytes: await databaseSize(this.#parts.database) }
  }

  /** Room of the data directory, bytes; null where the system does not say. */
  async disk(): Promise<{ dataDir: string; free: number | null; total: number | null }> {
    const { dataDir } = this.#parts.config.storage
    const room = await statfs(dataDir).catch(() => undefined)
    return { dataDir, free: room ? room.bavail * room.bsize : null, total: room ? room.blocks * room.bsize : null }
  }
}
