import { appStateCollections, type CredentialStore } from '@switchboard/engine'
import { stateKind, statesIn } from '../app-state/collection-state.ts'
import { pastKind } from '../inbound/group-history.ts'
import { noteKind } from '../inbound/history.ts'
import { credsKind, linkedCredsIn } from './creds-codec.ts'
import type { DeviceCreds } from './device-creds.ts'

/** What a session needs to know of its store when it opens. */
export interface StoredAtStart {
  /** Undefined when there is no link. */
  readonly creds: DeviceCreds | undefined
  /** An earlier connection noted history that it did not finish. */
  readonly notedHistory: boolean
  /** Some of the app state was never taken in, or waits. */
  readonly waitingState: boolean
}

const kinds = [credsKind, noteKind, pastKind, stateKind]

/** Read ahead by {@link isLinked}, for the first session that is opened with that store. Nobody else writes to it before. */
const ahead = new WeakMap<CredentialStore, StoredAtStart>()
const opened = new WeakSet<CredentialStore>()

export async function isLinked(store: CredentialStore): Promise<boolean> {
  const stored = await read(store)
  if (!opened.has(store)) ahead.set(store, stored)
  return stored.creds !== undefined
}

/** All of it in one read, or none when {@link isLinked} has just read it. */
export async function storedAtStart(store: CredentialStore): Promise<StoredAtStart> {
  const known = ahead.get(store)
  ahead.delete(store)
  opened.add(store)
  return known ?? read(store)
}

async function read(store: CredentialStore): Promise<StoredAtStart> {
  const found = await store.loadKinds(kinds)
  const of = (kind: string) => found.get(kind) ?? new Map<string, Uint8Array>()
  const states = statesIn(of(stateKind))
  return {
    creds: linkedCredsIn(of(credsKind)),
    notedHistory: of(noteKind).size > 0 || of(pastKind).size > 0,
    waitingState: appStateCollections.some((name) => !states.has(name) || states.get(name)?.waiting),
  }
}
