import { type AssertionJson, bytesOf, type OptionsJson, textOf } from './assertion.ts'

/** What the page of a pairing link asks for, behind the # of the address: it never leaves the browser. */
export interface Asked {
  readonly options: OptionsJson
  /** Where the signature goes: a page of http or https, without a fragment. */
  readonly back: URL
}

const mark = '#switchboard='

/** What an address asks for; undefined when it asks for nothing, or for what is not understood. */
export function askedIn(hash: string): Asked | undefined {
  if (!hash.startsWith(mark)) return undefined
  try {
    const { options, back } = JSON.parse(new TextDecoder().decode(bytesOf(hash.slice(mark.length)))) as {
      options: OptionsJson
      back: string
    }
    const url = new URL(back)
    const isPage = (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.hash === ''
    return isPage && typeof options.challenge === 'string' && typeof options.rpId === 'string'
      ? { options, back: url }
      : undefined
  } catch {
    return undefined
  }
}

/** The address to go back to, with the signature behind the #. */
export function backWith({ back }: Asked, assertion: AssertionJson): string {
  const bytes = new TextEncoder().encode(JSON.stringify(assertion))
  return `${back.href}#passkey=${textOf(bytes.buffer as ArrayBuffer)}`
}
