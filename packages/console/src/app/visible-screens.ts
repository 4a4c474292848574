import { computed } from '@preact/signals'
import { session } from '../data/session.ts'
import { screenGroups } from '../screens/screens.ts'

/** What the credential may see, by group. */
export const visibleGroups = computed(() => {
  const kind = session.value?.kind
  if (!kind) return []
  return screenGroups
    .map(({ title, screens }) => ({
      title,
      screens: screens.filter((screen) => screen.for.includes(kind) && (screen.when?.() ?? true)),
    }))
    .filter(({ screens }) => screens.length > 0)
})

export const visibleScreens = computed(() => visibleGroups.value.flatMap(({ screens }) => screens))
