import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'pair',
  icon: 'qr',
  title: { en: 'Pair', de: 'Verknüpfen' },
  for: ['operator', 'customer', 'device'],
  needs: 'device',
  load: () => import('./screen.tsx'),
})
