import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { der } from './der.ts'

export interface CertificateWish {
  readonly subject: string
  readonly issuer: { readonly name: string; readonly key: KeyObject; readonly publicKey: KeyObject }
  readonly publicKey: KeyObject
  /** DNS names and IP addresses that the certificate is good for; absent for an authority. */
  readonly hosts?: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
}

const ecdsaWithSha256 = der.sequence(der.oid('1.2.840.10045.4.3.2'))

export function newKeys(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

/** An X.509 version 3 certificate (RFC 5280) with a P-256 key, as PEM. */
export function issueCertificate(wish: CertificateWish): string {
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(randomBytes(16)),
    ecdsaWithSha256,
    nameOf(wish.issuer.name),
    der.sequence(der.time(wish.notBefore), der.time(wish.notAfter)),
    nameOf(wish.subject),
    publicBytes(wish.publicKey),
    der.explicit(3, der.sequence(...extensions(wish))),
  )
  const signature = sign('sha256', body, wish.issuer.key)
  return pem(der.sequence(body, ecdsaWithSha256, der.bits(signature)))
}

function extensions({ hosts, publicKey, issuer }: CertificateWish): Buffer[] {
  const common = [
    extension('2.5.29.14', der.octets(keyId(publicKey))),
    extension('2.5.29.35', der.sequence(der.implicit(0, keyId(issuer.publicKey)))),
  ]
  if (!hosts) {
    // Certificates and revocation lists.
    const mayBeAuthority = extension('2.5.29.19', der.sequence(der.true), true)
    return [mayBeAuthority, extension('2.5.29.15', der.bits(Buffer.of(0x06), 1), true), ...common]
  }
  return [
    extension('2.5.29.19', der.sequence(), true),
    // Digital signatures.
    extension('2.5.29.15', der.bits(Buffer.of(0x80), 7), true),
    extension('2.5.29.37', der.sequence(der.oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', der.sequence(...hosts.map(alternativeName))),
    ...common,
  ]
}

function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.true] : []), der.octets(value))
}

function alternativeName(host: string): Buffer {
  const kind = isIP(host)
  if (kind === 4) return der.implicit(7, Buffer.from(host.split('.').map(Number)))
  if (kind === 6) return der.implicit(7, ipv6Bytes(host))
  return der.implicit(2, Buffer.from(host))
}

function ipv6Bytes(host: string): Buffer {
  const [head = '', tail] = host.split('::')
  const parts = (text: string | undefined): string[] => (text ? text.split(':') : [])
  const missing = 8 - parts(head).length - parts(tail).length
  const groups = [...parts(head), ...Array<string>(tail === undefined ? 0 : missing).fill('0'), ...parts(tail)]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function nameOf(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8(commonName))))
}

function publicBytes(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1').update(publicBytes(key)).digest()
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
