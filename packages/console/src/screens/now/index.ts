import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'now',
  icon: 'gauge',
  title: { en: 'Now', de: 'Jetzt' },
  for: ['operator', 'customer'],
  load: () => import('./screen.tsx'),
})
