import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { hasMoved } from '../app/router.ts'
import { common } from '../words/common.ts'

interface PageProps {
  readonly title: string
  /** A sentence under the title. */
  readonly lead?: ComponentChildren
  /** Buttons at the side of the title. */
  readonly actions?: ComponentChildren
  /** A link back to the list that this is one of. */
  readonly back?: { readonly href: string; readonly label: string }
  readonly children: ComponentChildren
}

/** A screen: its title, what can be done, and the rest. The title gets the focus, so that a screen reader says where it is. */
export const Page = ({ title, lead, actions, back, children }: PageProps) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (hasMoved) heading.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    document.title = `${title} · ${common().product}`
  }, [title])
  return (
    <div class="page">
      <header class="page-header">
        <div class="page-title">
          {back && (
            <a class="back" href={back.href}>
              ← {back.label}
            </a>
          )}
          <h1 ref={heading} tabIndex={-1} dir="auto">
            {title}
          </h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** A part of a screen with a title of its own. */
export const Section = ({
  title,
  actions,
  children,
}: Pick<PageProps, 'actions' | 'children'> & { readonly title: string }) => (
  <section class="section">
    <header>
      <h2>{title}</h2>
      {actions && <div class="page-actions">{actions}</div>}
    </header>
    {children}
  </section>
)
