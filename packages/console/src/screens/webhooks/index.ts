import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'webhooks',
  icon: 'hook',
  title: { en: 'Webhooks', de: 'Webhooks' },
  for: ['operator', 'customer', 'device'],
  needs: 'customer',
  scope: 'webhooks',
  load: () => import('./screen.tsx'),
})
