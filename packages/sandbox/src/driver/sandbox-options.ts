import type { PersonaName, PersonaScript } from '../phone/persona.ts'
import type { Addressing } from '../world/address.ts'
import type { WorldClock } from '../world/world-clock.ts'

export interface SandboxOptions {
  /** Everything but key material and message ids repeats with the same seed. */
  seed?: number
  /** 0 (the default) takes any free port. */
  port?: number
  /** Loopback unless told otherwise. */
  host?: string
  /** World time; the machine's when absent, which {@link Sandbox.advance} moves on. */
  clock?: WorldClock
  /** Serves the control API on the same port. */
  control?: boolean
  /** Bearer token that the control API asks for; none by default, since it listens on loopback. */
  controlToken?: string
  /** Keeps people, keys, sessions and mailboxes in this directory, so that linked clients stay linked over a restart. In memory only by default. */
  dataDir?: string
  /** Also answers TLS on the same port, with a certificate by an authority of its own: {@link Sandbox.caCertificatePem}. */
  tls?: boolean
  /** Begins with what {@link Sandbox.snapshot} gave, in place of an empty world or what `dataDir` holds. */
  snapshot?: Uint8Array
  /** False saves the time and memory that it costs to be able to take snapshots: for load. */
  snapshots?: boolean
  /** Named to those who ask the control API where things are. */
  gatewayUrl?: string
}

export interface NewPhone {
  name?: string
  /** Digits of the phone number; made up when absent. */
  phone?: string
  /** Other numbers (digits) that lead to this person when they are looked up: `5511988887777` of a phone that is `551188887777`. */
  aliases?: readonly string[]
  persona?: PersonaName | PersonaScript
  /** How this phone addresses people: by hidden id, as phones do today, or by phone number. */
  addressing?: Addressing
  /** WhatsApp asks for a passkey of the account before it links a companion. */
  passkey?: boolean
}
