import { href } from '../../app/router.ts'
import { Badge } from '../../ui/badge.tsx'
import { nextWords } from '../../words/states.ts'
import type { Device } from '../devices/use-device.ts'
import { deviceWords } from '../devices/words.ts'
import { pairWords } from './words.ts'

const accountOf = ({ push_name, whatsmeow_jid }: Device): string => {
  const phone = `+${whatsmeow_jid.replace(/[:@].*/, '')}`
  return push_name ? `${push_name} (${phone})` : phone
}

export const Linked = ({ device }: { readonly device: Device }) => {
  const t = pairWords()
  return (
    <div class="card stack pair-done" role="status">
      <div class="row">
        <Badge tone={device.connected ? 'good' : 'warn'}>{t.done}</Badge>
      </div>
      <p dir="auto">
        {device.connected
          ? t.doneText(accountOf(device))
          : `${t.doneOffline} ${nextWords()[device.next_action.code] ?? device.next_action.text}`}
      </p>
      <div class="row">
        <a class="button primary" href={href(['devices', device.device_id])}>
          {t.toDevice}
        </a>
        <a class="button plain" href={href('devices', { device: undefined })}>
          {deviceWords().page.back}
        </a>
      </div>
    </div>
  )
}
