import type { BinaryNode } from '@switchboard/link'
import { codec, unlessMalformed } from '../proto/codec.ts'
import { bytesOf } from './nodes.ts'

const [certificateCodec, detailsCodec] = [codec('VerifiedNameCertificate'), codec('VerifiedNameCertificateDetails')]

/** The name of a business in the certificate of a `<verified_name>`. Seen in: whatsmeow user.go `parseVerifiedNameContent`. */
export function verifiedNameIn(node: BinaryNode | undefined): string | undefined {
  const certificate = bytesOf(node)
  if (!certificate) return undefined
  return unlessMalformed(() => {
    const { details } = certificateCodec.decode(certificate)
    return (details && detailsCodec.decode(details).verifiedName) || undefined
  })
}
