import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'audit',
  icon: 'list',
  title: { en: 'Audit', de: 'Verlauf' },
  for: ['operator', 'customer'],
  load: () => import('./screen.tsx'),
})
