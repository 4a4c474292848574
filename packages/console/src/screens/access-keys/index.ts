import { session } from '../../data/session.ts'
import { defineScreen } from '../define-screen.ts'

export default defineScreen({
  path: 'access-keys',
  icon: 'key',
  title: { en: 'Access keys', de: 'Zugriffsschlüssel' },
  for: ['operator', 'customer'],
  needs: 'customer',
  when: () => session.value?.isAccessKey === false,
  load: () => import('./screen.tsx'),
})
