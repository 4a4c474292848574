import { computed } from '@preact/signals'
import { type CredentialKind, may, type Scope, session } from '../data/session.ts'
import type { Screen } from '../screens/define-screen.ts'
import { screenGroups } from '../screens/screens.ts'

const isFor = (screen: Screen, kind: CredentialKind): boolean => screen.for.includes(kind) && (screen.when?.() ?? true)

/** The scope that an access key lacks for the screen at this address; undefined when there is no such screen. */
export const lackedScope = (path: string | undefined): Scope | undefined => {
  const kind = session.value?.kind
  if (!kind || path === undefined) return path === undefined && !may('read') ? 'read' : undefined
  const screen = screenGroups.flatMap(({ screens }) => screens).find((each) => each.path === path && isFor(each, kind))
  const scope = screen && (screen.scope ?? 'read')
  return scope && !may(scope) ? scope : undefined
}

/** What the credential may see, by group. */
export const visibleGroups = computed(() => {
  const kind = session.value?.kind
  if (!kind) return []
  return screenGroups
    .map(({ title, screens }) => ({
      title,
      screens: screens.filter((screen) => isFor(screen, kind) && may(screen.scope ?? 'read')),
    }))
    .filter(({ screens }) => screens.length > 0)
})

export const visibleScreens = computed(() => visibleGroups.value.flatMap(({ screens }) => screens))
