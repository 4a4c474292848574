import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxOptions } from './sandbox-options.ts'

/** What may differ from the world at the root. A named world always serves its control API when the first one does. */
export type NamedWorldOptions = Pick<SandboxOptions, 'seed' | 'clock' | 'snapshot'>

/** A world on the network. */
interface MountedWorld {
  readonly name: string
  stop(): Promise<void>
}

/** Makes a world on the server of the first. */
type BesideWorld<One> = (first: One, name: string, options: SandboxOptions) => One

/** What a world may be called: part of its URL. */
export const worldName = /^[A-Za-z0-9][\w-]{0,39}$/

/** More worlds on the port of the one at the root: nobody in one knows of the others, each has keys and a time of its own. */
export class NamedWorlds<One extends MountedWorld> {
  readonly #first: One
  readonly #options: SandboxOptions
  readonly #beside: BesideWorld<One>
  readonly #worlds = new Map<string, One>()

  constructor(first: One, options: SandboxOptions, beside: BesideWorld<One>) {
    this.#first = first
    this.#options = options
    this.#beside = beside
  }

  /** A new world at `/worlds/{name}`. @throws Error for a name that is taken or cannot be part of a URL */
  create(name: string, options: NamedWorldOptions = {}): One {
    if (this.#first.name !== '') throw new Error('only the world at the root makes more worlds')
    if (!worldName.test(name)) throw new Error(`"${name}" is no name for a world: letters, digits, - and _, at most 40`)
    if (this.#worlds.has(name)) throw new Error(`there is a world ${name} already`)
    const { control, controlToken, snapshots, gatewayUrl } = this.#options
    const directory = this.#directory(name)
    const world = this.#beside(this.#first, name, {
      ...(control === undefined ? {} : { control }),
      ...(controlToken === undefined ? {} : { controlToken }),
      ...(snapshots === undefined ? {} : { snapshots }),
      ...(gatewayUrl === undefined ? {} : { gatewayUrl }),
      ...(directory === undefined ? {} : { dataDir: directory }),
      ...options,
    })
    this.#worlds.set(name, world)
    return world
  }

  get(name: string): One | undefined {
    return this.#worlds.get(name)
  }

  names(): string[] {
    return [...this.#worlds.keys()]
  }

  /** Ends a world and forgets it. False when there is none of that name. */
  async remove(name: string): Promise<boolean> {
    const world = this.#worlds.get(name)
    if (!world) return false
    this.#worlds.delete(name)
    await world.stop()
    const directory = this.#directory(name)
    if (directory) rmSync(directory, { recursive: true, force: true })
    return true
  }

  /** Those that an earlier process left behind. */
  reopen(): void {
    const { dataDir } = this.#options
    const home = dataDir && join(dataDir, 'worlds')
    if (!home || !existsSync(home)) return
    for (const name of readdirSync(home)) if (worldName.test(name)) this.create(name)
  }

  async stop(): Promise<void> {
    for (const world of this.#worlds.values()) await world.stop()
    this.#worlds.clear()
  }

  #directory(name: string): string | undefined {
    const { dataDir } = this.#options
    return dataDir && join(dataDir, 'worlds', name)
  }
}
