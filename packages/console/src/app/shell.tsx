import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { IconButton } from '../ui/button.tsx'
import { common } from '../words/common.ts'
import { Chooser } from './chooser.tsx'
import { LiveBadge } from './live-badge.tsx'
import { Logo } from './logo.tsx'
import { Navigation } from './navigation.tsx'
import { PageSettings } from './page-settings.tsx'
import { href, place } from './router.ts'

/** What is around every screen: where one can go, whom one looks at, whether it is live. */
export const Shell = ({ children }: { readonly children: ComponentChildren }) => {
  const t = common()
  const main = useRef<HTMLElement>(null)
  const menu = useRef<HTMLDialogElement>(null)
  const path = place.value.parts.join('/')
  useEffect(() => {
    menu.current?.close()
    scrollTo(0, 0)
  }, [path])
  // An address with `#` would lead to the folder of the console.
  const skip = (event: MouseEvent): void => {
    event.preventDefault()
    main.current?.focus()
  }
  return (
    <div class="shell">
      <header class="top">
        <a class="skip" href={href(place.value.parts)} onClick={skip}>
          {t.skip}
        </a>
        <div class="menu-button">
          <IconButton icon="menu" label={t.menu} onClick={() => menu.current?.showModal()} />
        </div>
        <a class="brand" href={href([])}>
          <Logo />
          <span>{t.product}</span>
        </a>
        <Chooser />
        <div class="top-end">
          <LiveBadge />
          <PageSettings />
        </div>
      </header>
      <div class="side">
        <Navigation />
      </div>
      <dialog class="drawer" ref={menu} aria-label={t.menu}>
        <IconButton icon="close" label={t.close} onClick={() => menu.current?.close()} />
        <Navigation />
      </dialog>
      <main class="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}
