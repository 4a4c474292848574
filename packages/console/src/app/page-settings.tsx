import { useId } from 'preact/hooks'
import { session } from '../data/session.ts'
import { signOut } from '../data/sign-in.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { common } from '../words/common.ts'
import { type Language, language, languages, setLanguage } from '../words/words.ts'
import { setTheme, type Theme, theme } from './theme.ts'

/** Look, language, and the way out: a small window under its button. */
export const PageSettings = () => {
  const t = common()
  const who = session.value
  const id = useId()
  return (
    <>
      <IconButton icon="sliders" label={t.settings} popovertarget={id} />
      <div id={id} class="popover stack" popover="auto">
        {who && (
          <p class="who">
            <span class="quiet small">{t.kinds[who.kind]}</span>
            {who.name && <strong dir="auto">{who.name}</strong>}
          </p>
        )}
        <SelectField
          label={t.appearance}
          value={theme.value}
          options={Object.entries(t.themes) as [Theme, string][]}
          onValue={setTheme}
        />
        <SelectField
          label={t.language}
          value={language.value}
          options={Object.entries(languages) as [Language, string][]}
          onValue={setLanguage}
        />
        <Button icon="signOut" onClick={() => void signOut()}>
          {t.signOut}
        </Button>
      </div>
    </>
  )
}
