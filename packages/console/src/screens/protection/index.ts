import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'protection',
  icon: 'trash',
  title: { en: 'Data protection', de: 'Datenschutz' },
  for: ['operator', 'customer'],
  needs: 'customer',
  scope: 'manage',
  load: () => import('./screen.tsx'),
})
