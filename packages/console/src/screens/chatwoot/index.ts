import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'chatwoot',
  icon: 'link',
  title: { en: 'Chatwoot', de: 'Chatwoot' },
  for: ['operator', 'customer', 'device'],
  needs: 'device',
  scope: 'manage',
  load: () => import('./screen.tsx'),
})
