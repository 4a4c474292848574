import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'webhooks',
  icon: 'hook',
  title: { en: 'Webhooks', de: 'Webhooks' },
  for: ['operator', 'customer', 'device'],
  needs: 'customer',
  load: () => import('./screen.tsx'),
})
