import { effect, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const kept = 'switchboard.theme'
const stored = localStorage.getItem(kept)

export const theme = signal<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')

export const setTheme = (chosen: Theme): void => {
  localStorage.setItem(kept, chosen)
  theme.value = chosen
}

/** Styles look at the attribute; without it, at what the system prefers. */
export const startTheme = (): void => {
  effect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme.value
  })
}
