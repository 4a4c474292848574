import { useSignal } from '@preact/signals'
import type { Setting } from '@switchboard/client'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { systemWords } from './words.ts'

/** Every setting, what counts, and where it comes from. */
export const Settings = ({ settings }: { readonly settings: readonly Setting[] }) => {
  const t = systemWords()
  const search = useSignal('')
  const changedOnly = useSignal(false)
  const wanted = search.value.trim().toLowerCase()
  const shown = settings.filter(
    (setting) =>
      (!changedOnly.value || setting.source !== 'default') &&
      `${setting.name} ${setting.section} ${setting.description}`.toLowerCase().includes(wanted),
  )
  const showAll = (): void => {
    search.value = ''
    changedOnly.value = false
  }
  return (
    <>
      <div class="filters">
        <TextField
          label={t.search}
          type="search"
          value={search.value}
          onValue={(text) => {
            search.value = text
          }}
        />
        <CheckField
          label={t.changedOnly}
          checked={changedOnly.value}
          onValue={(on) => {
            changedOnly.value = on
          }}
        />
      </div>
      {shown.length === 0 ? (
        <Empty icon="search" title={t.noMatch}>
          <Button onClick={showAll}>{t.showAll}</Button>
        </Empty>
      ) : (
        <ul class="system-settings" aria-label={t.list}>
          {shown.map((setting) => (
            <SettingLine key={setting.name} setting={setting} />
          ))}
        </ul>
      )}
    </>
  )
}

const SettingLine = ({ setting }: { readonly setting: Setting }) => {
  const t = systemWords()
  const value = setting.secret ? (setting.is_set ? t.secretSet : t.notSet) : (setting.value ?? t.notSet)
  return (
    <li>
      <div>
        <code>{setting.name}</code>
        <p class="quiet small">{setting.description}</p>
      </div>
      <div>
        <code class={setting.source === 'default' ? 'quiet' : undefined}>{value}</code>
        <p class="quiet small">{t.sources[setting.source]}</p>
      </div>
    </li>
  )
}
