import type { Account, Device } from '../world/account.ts'
import type { Captured } from '../world/state/captured.ts'
import { References } from '../world/state/references.ts'
import {
  captureAccount,
  captureDevice,
  captureParts,
  type PersonState,
  restoreWorld,
} from '../world/state/world-state.ts'
import type { World } from '../world/world.ts'
import type { SqliteStorage } from './sqlite-storage.ts'

/** Kept by other means: files one by one, made-up numbers by counting lives. */
const partsApart = ['media', 'random']
/** Kept by other means: prekeys as they go, mailboxes entry by entry. */
const fieldsApart = ['preKeys', 'mailbox']

/** Prefixes of the keys under which people, devices and areas of a world are kept. */
export const places = {
  account: (lid: string): string => `state/account/${lid}`,
  device: (lid: string, id: number): string => `state/device/${lid}/${id}`,
  part: (name: string): string => `state/part/${name}`,
}

/** An account as text, without its devices. */
export function writeAccount(world: World, account: Account, references = new References(world)): string {
  return JSON.stringify(captureAccount(account, references))
}

/** A device as text, without prekeys and mailbox. */
export function writeDevice(world: World, device: Device, references = new References(world)): string {
  return JSON.stringify(captureDevice(device, references, fieldsApart))
}

/** The areas of a world as texts, by name. */
export function writeParts(world: World, references = new References(world)): [string, string][] {
  return Object.entries(captureParts(world, references, partsApart)).map(([name, part]) => [name, JSON.stringify(part)])
}

/** Fills an empty world with what was written. */
export function readWorld(world: World, storage: SqliteStorage): void {
  const read = (prefix: string): [string, Captured][] =>
    storage.entries(prefix).map(([key, text]) => [key, JSON.parse(text) as Captured])
  const people = read('state/account/').map(([lid, account]): PersonState => {
    const devices = read(`state/device/${lid}/`).map(([id, device]) => ({ id: Number(id), device }))
    return { lid, account, devices }
  })
  restoreWorld(world, { at: world.clock.now(), keys: null, people, parts: Object.fromEntries(read('state/part/')) })
}

export function writePreKeys(device: Device): string {
  return JSON.stringify(
    device.preKeys.list().map(({ keyId, publicKey }) => [keyId, Buffer.from(publicKey).toString('base64')]),
  )
}

export function readPreKeys(text: string): { keyId: number; publicKey: Uint8Array }[] {
  const keys = JSON.parse(text) as [number, string][]
  return keys.map(([keyId, key]) => ({ keyId, publicKey: new Uint8Array(Buffer.from(key, 'base64')) }))
}
