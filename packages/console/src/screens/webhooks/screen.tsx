import { chosen } from '../../data/session.ts'
import type { ScreenProps } from '../define-screen.ts'
import { WebhookList } from './webhook-list.tsx'
import { WebhookPage } from './webhook-page.tsx'

const Webhooks = ({ parts: [id, tab] }: ScreenProps) => {
  const owner = `${chosen.value.deviceId ?? ''} ${chosen.value.apiKeyId ?? ''}`
  return id === undefined ? <WebhookList key={owner} owner={owner} /> : <WebhookPage key={id} id={id} tab={tab} />
}

export default Webhooks
