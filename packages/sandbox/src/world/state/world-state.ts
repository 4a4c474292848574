import type { Account, Device } from '../account.ts'
import type { World } from '../world.ts'
import { type Captured, capture, captureFields } from './captured.ts'
import { References } from './references.ts'
import { fill, refill, revive } from './revive.ts'

/** A world without its phones: what the server keeps. */
export interface WorldState {
  /** World time, ms. */
  readonly at: number
  readonly keys: Captured
  readonly people: readonly PersonState[]
  /** By the name of the world's property. */
  readonly parts: Readonly<Record<string, Captured>>
}

export interface PersonState {
  readonly lid: string
  readonly account: Captured
  readonly devices: readonly { readonly id: number; readonly device: Captured }[]
}

/** What of a world is not state, and why. Everything else that is put on a world is captured, or capturing fails: no area can forget itself. */
const notState: Readonly<Record<string, string>> = {
  clock: 'moves by itself',
  log: 'is history, not state',
  keys: 'are given to a world when it is made',
  hooks: 'keep nothing, and belong to the server',
  pairing: 'lives with the sockets of companions that wait',
  subscriptions: 'last as long as their streams',
  streams: 'are sockets',
  mediaHost: 'belongs to the server that listens',
}

const accountApart = new Set(['devices'])
const deviceApart = new Set(['account'])

export function captureWorld(world: World): WorldState {
  const references = new References(world)
  return {
    at: world.clock.now(),
    keys: capture(world.keys, references, 'world.keys'),
    people: [...world.accounts()].map((account) => ({
      lid: account.lid,
      account: captureAccount(account, references),
      devices: [...account.devices.values()].map((device) => ({
        id: device.id,
        device: captureDevice(device, references),
      })),
    })),
    parts: captureParts(world, references),
  }
}

export function captureAccount(account: Account, references: References): Captured {
  return captureFields(account, references, 'account', accountApart)
}

/** @param except fields that are kept elsewhere */
export function captureDevice(device: Device, references: References, except: readonly string[] = []): Captured {
  return captureFields(device, references, 'device', new Set([...deviceApart, ...except]))
}

/** The areas of a world, each by its name. */
export function captureParts(
  world: World,
  references: References,
  except: readonly string[] = [],
): Record<string, Captured> {
  const names = Object.keys(world).filter((name) => !(name in notState) && !except.includes(name))
  return Object.fromEntries(names.map((name) => [name, capture(partOf(world, name), references, `world.${name}`)]))
}

/** The world's own keys, for making the world that the rest is restored into. */
export function keysOf(state: WorldState, emptyWorld: World): World['keys'] {
  return revive(state.keys, new References(emptyWorld)) as World['keys']
}

/** Fills an empty world. Nobody gets a notification, and the log stays empty. */
export function restoreWorld(world: World, state: WorldState): void {
  for (const person of state.people) makePerson(world, person)
  const references = new References(world)
  for (const { lid, account, devices } of state.people) {
    const restored = world.account(`${lid}@lid`)!
    fill(restored, revive(account, references) as Record<string, unknown>)
    for (const { id, device } of devices) {
      fill(restored.devices.get(id)!, revive(device, references) as Record<string, unknown>)
    }
  }
  restoreParts(world, state.parts, references)
}

/** Somebody of that name and number with those devices, all else still unknown: so that the rest can refer to them. */
function makePerson(world: World, { account, devices }: PersonState): Account {
  const { lid, phone } = account as { lid: string; phone: string }
  const made = world.admitAccount({ lid, phone })
  for (const { id } of devices) {
    const device = world.reserveDevice(made, { id, registrationId: 0, identityKey: new Uint8Array(0) })
    made.devices.set(id, device)
  }
  return made
}

function restoreParts(
  world: World,
  parts: Readonly<Record<string, Captured>>,
  references = new References(world),
): void {
  for (const [name, captured] of Object.entries(parts)) {
    if (!(name in world)) throw new Error(`this world has no ${name}`)
    const value = revive(captured, references)
    if (refill(partOf(world, name), value)) continue
    const part = partOf(world, name)
    if (typeof part === 'object' && part !== null && !Array.isArray(part)) fill(part, value as Record<string, unknown>)
    else (world as unknown as Record<string, unknown>)[name] = value
  }
}

function partOf(world: World, name: string): unknown {
  return (world as unknown as Record<string, unknown>)[name]
}
