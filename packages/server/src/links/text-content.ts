import type { TextContent } from '@switchboard/engine'
import type { Context } from '../kit/context.ts'
import type { DevicePrincipal } from '../tenants/principals.ts'
import { findLink } from './find-link.ts'

/** A text, with the preview of its first link unless that is not wanted or cannot be had. */
export async function textContent(
  { linkPreviews, principal }: Pick<Context<DevicePrincipal>, 'linkPreviews' | 'principal'>,
  text: string,
  wanted = true,
): Promise<TextContent> {
  const link = wanted ? findLink(text) : undefined
  const preview = link && (await linkPreviews.of(principal.deviceId, link))
  return { type: 'text', text, ...(preview && { preview }) }
}
