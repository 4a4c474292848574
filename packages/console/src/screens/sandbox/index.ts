import { session } from '../../data/session.ts'
import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'sandbox',
  icon: 'flask',
  title: { en: 'Sandbox', de: 'Sandbox' },
  for: ['operator'],
  when: () => session.value?.sandbox === true,
  load: () => import('./screen.tsx'),
})
