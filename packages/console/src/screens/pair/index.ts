import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'pair',
  icon: 'qr',
  title: { en: 'Pair', de: 'Verknüpfen' },
  for: ['operator', 'customer', 'device'],
  needs: 'device',
  scope: 'admin',
  load: () => import('./screen.tsx'),
})
