import { Icon } from '../ui/icon.tsx'
import { common } from '../words/common.ts'
import { href, place } from './router.ts'
import { visibleGroups } from './visible-screens.ts'

export const Navigation = () => {
  const t = common()
  const current = place.value.parts[0]
  return (
    <nav class="navigation" aria-label={t.product}>
      {visibleGroups.value.map(({ title, screens }) => (
        <div key={title} class="nav-group">
          <h2 id={`nav-${title}`}>{t.groups[title]}</h2>
          <ul aria-labelledby={`nav-${title}`}>
            {screens.map((screen) => (
              <li key={screen.path}>
                <a href={href(screen.path)} aria-current={screen.path === current ? 'page' : undefined}>
                  <Icon name={screen.icon} />
                  {screen.title()}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}
