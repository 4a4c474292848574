import type { TextContent } from '@switchboard/engine'
import type { DevicePrincipal } from '../tenants/principals.ts'
import { findLink } from './find-link.ts'
import type { LinkPreviews } from './link-previews.ts'

/** A text, with the preview of its first link unless that is not wanted or cannot be had. */
export async function textContent(
  { linkPreviews, principal }: { readonly linkPreviews: Pick<LinkPreviews, 'of'>; readonly principal: DevicePrincipal },
  text: string,
  wanted = true,
): Promise<TextContent> {
  const link = wanted ? findLink(text) : undefined
  const preview = link && (await linkPreviews.of(principal.deviceId, link))
  return { type: 'text', text, ...(preview && { preview }) }
}
