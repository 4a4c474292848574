import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'outbox',
  icon: 'outbox',
  title: { en: 'Outbox', de: 'Postausgang' },
  for: ['operator', 'customer', 'device'],
  needs: 'device',
  load: () => import('./screen.tsx'),
})
