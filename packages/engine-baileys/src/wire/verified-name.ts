import type { BinaryNode } from '@switchboard/link'
import { proto } from 'baileys'
import { bytesOf } from './nodes.ts'

/** The name of a business in the certificate of a `<verified_name>`. Seen in: whatsmeow user.go `parseVerifiedNameContent`. */
export function verifiedNameIn(node: BinaryNode | undefined): string | undefined {
  const certificate = bytesOf(node)
  if (!certificate) return undefined
  try {
    const { details } = proto.VerifiedNameCertificate.decode(certificate)
    return (details && proto.VerifiedNameCertificate.Details.decode(details).verifiedName) || undefined
  } catch {
    return undefined
  }
}
