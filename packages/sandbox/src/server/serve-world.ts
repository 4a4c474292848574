import type { World } from '../world/world.ts'
import { unserved } from '../world/world-hooks.ts'
import { endUnanswered } from './calls/ring.ts'
import { announceCompanion, announceRemoval } from './notifications/devices.ts'
import { announceBusinessName } from './notifications/people.ts'
import { announceReachOut } from './notifications/standing.ts'
import { StanzaRouter } from './stanza-router.ts'

/** Lets the server do what happens in a world: from here on its devices are answered and told. Serving it twice is the same. */
export function serveWorld(world: World): World {
  if (world.hooks !== unserved) return world
  const router = new StanzaRouter(world)
  world.hooks = {
    submit: (from, node) => router.submit(from, node),
    linked: (device) => announceCompanion(world, device),
    unlinked: (device) => announceRemoval(world, device),
    businessRenamed: (account) => announceBusinessName(world, account),
    unanswered: (call) => endUnanswered(world, call),
    timelockChanged: (account) => announceReachOut(world, account),
  }
  return world
}
