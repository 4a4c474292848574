import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'inbox',
  icon: 'chat',
  title: { en: 'Inbox', de: 'Posteingang' },
  for: ['operator', 'customer', 'device'],
  needs: 'device',
  load: () => import('./screen.tsx'),
})
