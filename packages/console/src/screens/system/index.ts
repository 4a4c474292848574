import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'system',
  icon: 'gear',
  title: { en: 'System', de: 'System' },
  for: ['operator'],
  load: () => import('./screen.tsx'),
})
