import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'events',
  icon: 'pulse',
  title: { en: 'Events', de: 'Ereignisse' },
  for: ['operator', 'customer', 'device'],
  needs: 'customer',
  load: () => import('./screen.tsx'),
})
