import { issueCertificate, newKeys } from './certificate.ts'

/** What a server shows to its TLS clients, and what they must trust. Texts in PEM. */
export interface TlsIdentity {
  /** The authority that clients must trust. Its key is forgotten at once: nothing else can ever be signed with it. */
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

/** The machine's own names, and those under which clients know WhatsApp: for those who send its names here with a hosts file. */
const usualHosts = ['localhost', '127.0.0.1', '::1', 'web.whatsapp.com', 'g.whatsapp.net', 'mmg.whatsapp.net']

const dayMs = 24 * 60 * 60 * 1000
/** Apple's systems refuse certificates that last longer than 825 days. */
const validDays = 820

/** A fresh authority and a certificate by it.
 *  @param now the machine's time: clients look at theirs, whatever the time in the world */
export function createTlsIdentity(now: number, extraHosts: readonly string[] = []): TlsIdentity {
  const authority = newKeys()
  const leaf = newKeys()
  const name = 'Switchboard sandbox authority'
  const issuer = { name, key: authority.privateKey, publicKey: authority.publicKey }
  const window = { notBefore: new Date(now - dayMs), notAfter: new Date(now + validDays * dayMs) }
  return {
    ca: issueCertificate({ subject: name, issuer, publicKey: authority.publicKey, ...window }),
    certificate: issueCertificate({
      ...{ subject: 'Switchboard sandbox', issuer, publicKey: leaf.publicKey, ...window },
      hosts: [...new Set([...usualHosts, ...extraHosts])],
    }),
    key: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}
