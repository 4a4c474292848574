import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'devices',
  icon: 'phone',
  title: { en: 'Devices', de: 'Geräte' },
  for: ['operator', 'customer', 'device'],
  load: () => import('./screen.tsx'),
})
