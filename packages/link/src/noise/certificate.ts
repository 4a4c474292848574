import { timingSafeEqual } from 'node:crypto'
import { verify } from '@switchboard/signal'
import { LinkError } from '../link-error.ts'
import { CertChain, CertificateDetails } from '../proto/messages.ts'

/** The root that real WhatsApp servers prove (seen in: baileys Defaults `WA_CERT_DETAILS`, whatsmeow handshake.go `WACertPubKey`). */
export const whatsappRoot: Uint8Array = Uint8Array.from(
  Buffer.from('142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b', 'hex'),
)

/** The serial of the root. */
const rootSerial = 0
const [keyBytes, signatureBytes] = [32, 64]

interface Link {
  readonly key: Uint8Array
  /** Both in Unix seconds. */
  readonly notBefore: number
  readonly notAfter: number
}

/** A chain that the root vouches for, from the root's side. */
type Chain = readonly [intermediate: Link, leaf: Link]

// All connections of a process meet the same few chains: that a signature holds is found out once for each.
const proven = new Map<string, Chain>()
const rememberedChains = 16

const untrusted = (what: string): LinkError =>
  new LinkError('untrusted', `the server does not prove to be WhatsApp: ${what}`)

/**
 * Checks the chain that proves a server's key: the root signs an intermediate, which signs the leaf for this very key; both are valid now.
 * Seen in: whatsmeow handshake.go `verifyServerCert`, baileys noise-handler.js (which compares neither key nor dates).
 * @param now Unix ms. @throws LinkError `untrusted`
 */
export function checkCertificate(chain: Uint8Array, serverKey: Uint8Array, root: Uint8Array, now: number): void {
  const name = `${Buffer.from(root).toString('base64')} ${Buffer.from(chain).toString('base64')}`
  let links = proven.get(name)
  if (!links) {
    links = proveChain(chain, root)
    if (proven.size >= rememberedChains) proven.clear()
    proven.set(name, links)
  }
  const [, leaf] = links
  if (serverKey.length !== keyBytes || !timingSafeEqual(leaf.key, serverKey))
    throw untrusted('its certificate is for another key')
  for (const { notBefore, notAfter } of links) {
    if (now < notBefore * 1000) throw untrusted('its certificate is not valid yet')
    if (now > notAfter * 1000) throw untrusted('its certificate has expired')
  }
}

function proveChain(bytes: Uint8Array, root: Uint8Array): Chain {
  const chain = read(() => CertChain.decode(bytes))
  const intermediate = signedBy(root, chain.intermediate)
  if ((intermediate.issuerSerial ?? 0) !== rootSerial)
    throw untrusted('its intermediate certificate is of another root')
  const upper = linkOf(intermediate)
  const leaf = signedBy(upper.key, chain.leaf)
  if ((leaf.issuerSerial ?? 0) !== (intermediate.serial ?? 0))
    throw untrusted('its certificates do not belong together')
  return [upper, linkOf(leaf)]
}

function signedBy(issuer: Uint8Array, { details, signature }: Certificate = {}): Details {
  if (!details || signature?.length !== signatureBytes) throw untrusted('a certificate is missing')
  if (!verify(issuer, details, signature)) throw untrusted('a certificate has a wrong signature')
  return read(() => CertificateDetails.decode(details))
}

type Certificate = NonNullable<ReturnType<typeof CertChain.decode>['leaf']>
type Details = ReturnType<typeof CertificateDetails.decode>

function linkOf({ key, notBefore = 0, notAfter = 0 }: Details): Link {
  if (key?.length !== keyBytes) throw untrusted('a certificate has no key')
  // Where no end is named there is none: other clients do not ask for one.
  return { key: Uint8Array.from(key), notBefore, notAfter: notAfter || Number.POSITIVE_INFINITY }
}

function read<Found>(decode: () => Found): Found {
  try {
    return decode()
  } catch (error) {
    throw new LinkError('untrusted', 'the server sent a certificate that cannot be read', { cause: error })
  }
}
