import type { Address } from '../jid.ts'

export interface AboutText {
  readonly text: string
  /** Unix milliseconds. */
  readonly setAt?: number
  readonly emoji?: string
  /** Unix milliseconds: then it is blank again. Absent when it stays. */
  readonly endsAt?: number
}

/** What WhatsApp shows of an account. */
export interface PersonInfo {
  readonly who: Address
  readonly registered: boolean
  /** Absent when hidden. */
  readonly about?: AboutText
  /** Absent when there is none, or it is hidden. */
  readonly pictureId?: string
  /** Name that WhatsApp confirmed of a business. */
  readonly verifiedName?: string
  readonly username?: string
  readonly isBusiness: boolean
  /** Default timer of new chats, seconds; absent when hidden. */
  readonly defaultTimerSeconds?: number
}

/** `unchanged`: the picture that the caller has is still the one. `none`: there is none, or it is hidden. */
export type PictureAnswer =
  | { readonly state: 'unchanged' | 'none' }
  | {
      readonly state: 'found'
      readonly id: string
      /** At WhatsApp's media host; it ends after some days. */
      readonly url: string
      readonly directPath: string
      readonly kind: 'image' | 'preview'
    }

/** Asks about people. All @throws EngineError `timeout`, or `refused` with WhatsApp's code. */
export interface People {
  info(people: readonly string[]): Promise<PersonInfo[]>
  /** Of a person or a group. @param known id of the picture that the caller has already */
  picture(jid: string, wish: { readonly preview: boolean; readonly known?: string }): Promise<PictureAnswer>
  /** Addresses of the phone and every companion. */
  devices(person: string): Promise<string[]>
}
