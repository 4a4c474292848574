import { serveWorld } from '../server/serve-world.ts'
import { keysOf, restoreWorld, type WorldState } from '../world/state/world-state.ts'
import { World, type WorldOptions } from '../world/world.ts'

/** A world as it was captured, with its own keys. */
export function revivedWorld(state: WorldState, options: Pick<WorldOptions, 'clock' | 'log'>): World {
  const keys = keysOf(state, new World(options))
  const world = serveWorld(new World({ ...options, keys }))
  restoreWorld(world, state)
  return world
}
